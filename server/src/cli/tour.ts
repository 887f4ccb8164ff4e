import { createClient, isApiError } from "@gatehouse/client";
import type { ErrorCode } from "@gatehouse/client";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readConfig } from "../base/config.ts";
import type { Config } from "../base/config.ts";
import { findInstance } from "./clerk-instance.ts";
import type { Command } from "./run-command.ts";

/** The main story against a running server, through the typed client, said line by line. */
export const tour: Command = {
  does: "plays the main story against a running server, each step said",
  usage: "tour, with a server running that has the local identity provider",
  run: async ({ env, print }) => {
    const say = inSteps(print);
    const config = readConfig(env);
    const url = env["GATEHOUSE_URL"] ?? `http://${config.host}:${config.port}`;
    const { clerk, isLocal } = await findInstance(config);
    if (!isLocal)
      throw new Error("The tour makes users of its own, so it needs the local identity provider.");
    await fetch(`${url}/healthz`).catch(() => {
      throw new Error(`No server answers at ${url}. Start it first: npm start`);
    });

    const signIn = async (name: string) => {
      const email = `${name.toLowerCase()}+${Date.now().toString(36)}@example.com`;
      const user = await clerk.users.createUser({
        emailAddress: [email],
        firstName: name,
        skipPasswordRequirement: true,
      });
      const session = await clerk.sessions.createSession({ userId: user.id });
      // A token lives for a minute, so one is asked for whenever a call is made, as a browser does.
      return {
        email,
        api: createClient({ url, getToken: async () => (await clerk.sessions.getToken(session.id)).jwt }),
      };
    };

    say(
      `Ada signs up at the identity provider, which tells ${url}/webhooks/clerk with a signed user.created.`,
    );
    const { email, api: ada } = await signIn("Ada");
    await sleep(500);
    const me = await ada.me.get.query();
    say(`me.get: she is user number ${me.number}, ${email}, hasProductAccess ${me.hasProductAccess}.`);

    say(
      await refused("ACCESS_REQUIRED", "workspaces.create", () =>
        ada.workspaces.create.mutate({ name: "Ada's rockets" }),
      ),
    );

    const admin = createClient({ url, adminKey: await adminKey(config) });
    const { code } = await admin.admin.accessCodes.create.mutate({ label: "The tour" });
    say(`admin.accessCodes.create: somebody with the admin key makes the access code ${code}.`);
    const { hasProductAccess } = await ada.accessCodes.redeem.mutate({ code });
    say(`accessCodes.redeem: Ada redeems it, hasProductAccess ${hasProductAccess}.`);

    const workspace = await ada.workspaces.create.mutate({ name: "Ada's rockets" });
    say(`workspaces.create: "${workspace.name}" (${workspace.slug}), and she is its ${workspace.role}.`);
    const rockets = ada.workspace(workspace.id);
    const atlas = await rockets.projects.create.mutate({ name: "Atlas", description: "The first one" });
    say(`projects.create: "${atlas.name}", version ${atlas.version}.`);
    const { items } = await rockets.projects.list.query();
    say(`projects.list: ${items.map((each) => `"${each.name}"`).join(", ")}.`);
    const renamed = await rockets.projects.update.mutate({
      projectId: atlas.id,
      name: "Boreas",
      version: atlas.version,
    });
    say(`projects.update: now "${renamed.name}", version ${renamed.version}.`);

    say("Eve signs up, too.");
    const { api: eve } = await signIn("Eve");
    say(
      await refused("FORBIDDEN", "projects.list of Ada's workspace", () =>
        eve.projects.list.query({ workspaceId: workspace.id }),
      ),
    );
    say("That was the whole road: door, identity, guard, operation, database, and back.");
    return 0;
  },
};

/** @returns what was refused, and with which code */
async function refused(code: ErrorCode, what: string, call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (!isApiError(error, code)) throw error;
    return `${what}: refused with ${error.code} (${error.message})`;
  }
  throw new Error(`${what} should have been refused with ${code}.`);
}

async function adminKey({ adminKeys, dataFolder }: Config): Promise<string> {
  const [set] = adminKeys;
  return set?.reveal() ?? (await readFile(join(dataFolder, "admin-key"), "utf8")).trim();
}

/** Numbers what is said. */
function inSteps(print: (line: string) => void): (text: string) => void {
  let step = 0;
  return (text) => {
    step += 1;
    print(`${String(step).padStart(2)}  ${text}`);
  };
}

import type { Config } from "../../base/config.ts";
import type { Environment } from "../../base/settings.ts";
import { findInstance } from "../clerk-instance.ts";
import { checkClerk } from "./clerk.ts";
import { checkDatabase } from "./database.ts";
import { about, lineOf } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { addressOf, checkNode, checkServer, findServer } from "./server.ts";
import { checkSettings } from "./settings.ts";
import { checkWebhooks } from "./webhooks.ts";
import { reasonOf } from "../run-command.ts";
import type { Command } from "../run-command.ts";

/** Looks at everything that a server needs, says what to do, and fails if something is broken. */
export const doctor: Command = {
  does: "looks at Node, settings, database, Clerk instance, clock and webhook secrets, and says what to do",
  usage: "doctor",
  run: async ({ env, migrations, print }) => {
    const { config, findings } = checkSettings(env);
    findings.unshift(checkNode());
    if (config !== null) findings.push(...(await checkSurroundings(config, env, migrations)));
    for (const finding of findings) print(lineOf(finding));
    return findings.some(({ state }) => state === "broken") ? 1 : 0;
  },
};

async function checkSurroundings(config: Config, env: Environment, migrations: string[]): Promise<Finding[]> {
  const url = addressOf(env, config);
  const server = await findServer(url);
  const instance = await findInstance(config).catch((error: unknown) => reasonOf(error));
  return [
    checkServer(server, url),
    await checkDatabase(config, server, migrations),
    ...(typeof instance === "string"
      ? [about("clerk").warning(instance)]
      : [...(await checkClerk(instance)), ...(await checkWebhooks(instance, server))]),
  ];
}

import { createClerkClient } from "@clerk/backend";
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { token as command } from "../../server/src/cli/token/token.ts";
import { readJwt } from "../../server/src/identity/jwt-shape.ts";
import { mintToken } from "../../server/src/providers/mint-token.ts";
import { callCommand, runCli } from "../support/command.ts";
import type { Outcome } from "../support/command.ts";
import { testServer } from "../support/server.ts";

/** The settings of somebody who has configured a real instance; here it is the local one under its address. */
async function instanceSettings(more: Record<string, string> = {}): Promise<Record<string, string>> {
  const { clerk } = (await testServer()).running.services;
  return {
    CLERK_SECRET_KEY: clerk.secretKey.reveal(),
    CLERK_API_URL: clerk.apiUrl,
    CLERK_ISSUER: clerk.issuer,
    ...more,
  };
}

/** A newcomer's: no settings at all, and a server that runs in this folder. */
async function newcomerSettings(): Promise<Record<string, string>> {
  const { config } = (await testServer()).running.services;
  return { DATA_DIR: config.dataFolder };
}

function askForToken(words: readonly string[], env: Record<string, string>): Promise<Outcome> {
  return callCommand(command, words, env);
}

function claimsOf({ stdout }: Outcome): Record<string, unknown> {
  const jwt = readJwt(stdout.trim());
  if (jwt === null) throw new Error(`this is not a token alone: ${stdout}`);
  return jwt.payload;
}

async function makeUser(email = `${randomUUID()}@example.com`) {
  const { clerk } = await testServer();
  return { email, ...(await clerk.createUser({ email })) };
}

describe("with the local identity provider", () => {
  test("a newcomer gets a token for an hour, alone on standard output", async () => {
    const { as } = await testServer();

    const outcome = await runCli(["token"], await newcomerSettings());

    expect(outcome).toMatchObject({ code: 0 });
    expect(outcome.stderr).toMatch(/^A token of ada@example\.com, good until \S+Z\.\n$/);
    const { exp, iat } = claimsOf(outcome);
    expect(Number(exp) - Number(iat)).toBe(3_600);
    expect(await as(outcome.stdout.trim()).me.get.query()).toMatchObject({ email: "ada@example.com" });
  });

  test("whoever is named signs up, and gets the same session the next time", async () => {
    const email = `${randomUUID()}@example.com`;
    const words = ["--user", email, "--ttl", "120"];

    const first = claimsOf(await askForToken(words, await newcomerSettings()));
    const second = claimsOf(await askForToken(words, await newcomerSettings()));

    expect([second["sub"], second["sid"]]).toEqual([first["sub"], first["sid"]]);
  });

  test("without a server it says how to start one", async () => {
    const outcome = await runCli(["token"], {});
    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toContain("npm start");
  });
});

describe("with a configured instance", () => {
  test("mints for the service user, by id and by e-mail", async () => {
    const { id, email } = await makeUser();
    const byId = await askForToken([], await instanceSettings({ CLERK_SERVICE_USER_ID: id }));
    const byEmail = await askForToken([], await instanceSettings({ CLERK_SERVICE_USER_EMAIL: email }));

    expect([claimsOf(byId)["sub"], claimsOf(byEmail)["sub"]]).toEqual([id, id]);
  });

  test("says that it needs a name where nobody is the service user", async () => {
    const outcome = await askForToken([], await instanceSettings());
    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toContain("CLERK_SERVICE_USER_ID");
  });

  test("signs nobody up, and takes no address but a primary one", async () => {
    const { running } = await testServer();
    const { id } = await makeUser();
    const second = `${randomUUID()}@example.com`;
    const { secretKey, apiUrl } = running.services.clerk;
    const backend = createClerkClient({ secretKey: secretKey.reveal(), apiUrl });
    await backend.emailAddresses.createEmailAddress({ userId: id, emailAddress: second, verified: true });

    for (const email of [second, `${randomUUID()}@example.com`]) {
      const outcome = await askForToken(["--user", email], await instanceSettings());
      expect(outcome).toMatchObject({ code: 1, stdout: "" });
      expect(outcome.stderr).toContain("no user with this address");
    }
  });

  test("takes the sign-in-token road where a production instance makes no sessions", async () => {
    const { clerk, as } = await testServer();
    const { id } = await makeUser();
    await clerk.options({ production: true });
    await clerk.forgetRequests();
    try {
      // The Frontend API of an instance stands at its issuer; the local one stands beside its Backend API.
      const outcome = await askForToken(["--user", id], await newcomerSettings());

      const calls = (await clerk.requests()).map(({ method, path, status }) => `${method} ${path} ${status}`);
      expect(calls).toEqual(
        expect.arrayContaining([
          "POST /v1/sessions 400",
          "POST /v1/sign_in_tokens 200",
          "POST /v1/client/sign_ins 200",
        ]),
      );
      expect(await as(outcome.stdout.trim()).me.get.query()).toMatchObject({ clerkId: id });
    } finally {
      await clerk.options({ production: false });
    }
  });

  test("never takes a session in which somebody impersonates the user", async () => {
    const { clerk } = await testServer();
    const { id } = await makeUser();
    const borrowed = await clerk.createSession(id, { actor: { sub: "user_support" } });

    const claims = claimsOf(await askForToken(["--user", id], await newcomerSettings()));

    expect(claims["sid"]).not.toBe(borrowed.id);
    expect(claims).not.toHaveProperty("act");
  });

  test("mints from a template, and says when this server would not take the token", async () => {
    const { id } = await makeUser();
    const outcome = await askForToken(["--user", id, "--template", "hasura"], await newcomerSettings());

    expect(outcome.code).toBe(0);
    expect(claimsOf(outcome)).not.toHaveProperty("sid");
    expect(outcome.stderr).toContain("This server would refuse it");
  });

  test("warns of a token that CLERK_AUTHORIZED_PARTIES shuts out, but not of the service user's", async () => {
    const { id } = await makeUser();
    const parties = { CLERK_AUTHORIZED_PARTIES: "https://app.example.com" };
    const others = await askForToken(["--user", id], await instanceSettings(parties));
    const own = await askForToken([], await instanceSettings({ ...parties, CLERK_SERVICE_USER_ID: id }));

    expect(others.stderr).toContain("has no azp");
    expect(own.stderr).not.toContain("refuse");
  });

  test("prints nothing that another instance has signed", async () => {
    const { id } = await makeUser();
    const settings = await instanceSettings({ CLERK_ISSUER: "https://clerk.other.example" });

    const outcome = await askForToken(["--user", id], settings);

    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toContain("CLERK_ISSUER");
  });

  test("says what Clerk says, and never the secret key", async () => {
    const settings = await instanceSettings({ CLERK_SECRET_KEY: "sk_test_of_another_instance" });
    const refused = await askForToken(["--user", "user_1"], settings);
    const unreachable = await askForToken(["--user", "user_1"], {
      ...settings,
      CLERK_API_URL: "http://127.0.0.1:9",
    });

    expect([refused.code, unreachable.code]).toEqual([1, 1]);
    expect(refused.stderr).toContain("(401)");
    expect(unreachable.stderr).toContain("cannot be reached");
    expect(refused.stderr + unreachable.stderr).not.toContain(settings["CLERK_SECRET_KEY"]);
  });
});

test.each(["29", "315360001", "1e3", "abc", "-60"])(
  "a lifetime of %s is refused before anything is asked",
  async (ttl) => {
    const outcome = await askForToken([`--ttl=${ttl}`], {});
    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toContain("--ttl is a whole number");
  },
);

test("a script mints a token from a session id", async () => {
  const { clerk, running, as } = await testServer();
  const { id } = await makeUser();
  const session = await clerk.createSession(id);
  const { secretKey, apiUrl } = running.services.clerk;
  const backend = createClerkClient({ secretKey: secretKey.reveal(), apiUrl });

  const token = await mintToken(backend, { sessionId: session.id, ttlSeconds: 90 });

  expect(await as(token).me.get.query()).toMatchObject({ clerkId: id });
  await clerk.endSession(session.id);
  await expect(mintToken(backend, { sessionId: session.id })).rejects.toMatchObject({ status: 404 });
});

import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Secret } from "../../server/src/base/secret.ts";
import { readTokenRules } from "../../server/src/base/config-tokens.ts";
import { Settings } from "../../server/src/base/settings.ts";
import { openOpaqueTokens } from "../../server/src/identity/opaque-token.ts";
import { openClerkCredentials } from "../../server/src/providers/clerk-credentials.ts";
import { openInstanceServer, signUpAt } from "../support/instance.ts";
import type { InstanceServer, Visitor } from "../support/instance.ts";
import { openLogBook } from "../support/log-book.ts";

let server: InstanceServer;
let ada: Visitor;

beforeAll(async () => {
  server = await openInstanceServer();
  ada = await signUpAt(server, "ada");
});
beforeEach(() => server.clerk.forgetRequests());
afterAll(() => server.stop());

const made = (prefix: string): string => `${prefix}_${randomBytes(24).toString("hex")}`;
const VERIFY = "/api_keys/verify";

async function makeKey(scopes = ["users:read"]): Promise<{ id: string; secret: string }> {
  const { id, secret = "" } = await server.sdk.apiKeys.create({ name: "k", subject: ada.userId, scopes });
  return { id, secret };
}

async function calls(path = VERIFY): Promise<number> {
  return (await server.clerk.requests(path)).length;
}

describe("asking Clerk about an opaque credential", () => {
  test("happens once for a hundred who come with it at once, and not again within seconds", async () => {
    const { secret } = await makeKey();

    const shown = await Promise.all(Array.from({ length: 100 }, () => server.show(`Bearer ${secret}`)));

    expect(shown.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 200));
    expect(await calls()).toBe(1);
  });

  test("happens once for a made-up one, too", async () => {
    const secret = made("ak");
    for (const _ of [1, 2, 3]) expect((await server.show(`Bearer ${secret}`)).status).toBe(401);
    expect(await calls()).toBe(1);
  });

  test.each([
    ["too short", "ak_short"],
    ["too long", `oat_${"a".repeat(300)}`],
    ["of other characters", `mt_${"a".repeat(30)}+/=`],
    ["with a path in it", `ak_${"../".repeat(10)}`],
    ["only a prefix", "oat_"],
  ])("does not happen for a text that is %s", async (_name, text) => {
    const shown = await server.show(`Bearer ${text}`);
    expect(shown.status).toBe(401);
    expect(await server.clerk.requests()).toEqual([]);
  });

  test("does not put the credential into the log, an error or an address", async () => {
    const secret = made("oat");
    const shown = await server.show(`Bearer ${secret}`);
    expect(shown.text).not.toContain(secret);
    expect(server.log.text()).not.toContain(secret);
    expect(server.log.text()).not.toContain(createHash("sha256").update(secret).digest("hex"));
  });
});

describe.each(["not-found", "flagged"] as const)("where Clerk answers %s for what is over", (answer) => {
  beforeEach(() => server.clerk.options({ revokedCredentials: answer }));

  test("a revoked API key is an invalid one, without a word more", async () => {
    const { id, secret } = await makeKey();
    await server.sdk.apiKeys.revoke({ apiKeyId: id });

    const { whoami, status, code, reason } = await server.show(`Bearer ${secret}`);

    expect(whoami).toMatchObject({ kind: "rejected", code: "INVALID_API_KEY", reason: null });
    expect([status, code, reason]).toEqual([401, "INVALID_API_KEY", undefined]);
  });

  test("a machine's token that is over is refused, and says so where Clerk does", async () => {
    const { secretKey: machineSecretKey = "" } = await server.sdk.machines.create({ name: "robot" });
    const { id: m2mTokenId, token = "" } = await server.sdk.m2m.createToken({
      machineSecretKey,
      tokenFormat: "opaque",
    });
    await server.sdk.m2m.revokeToken({ m2mTokenId, machineSecretKey });

    const { status, code, reason } = await server.show(`Bearer ${token}`);

    expect([status, code]).toEqual([401, "UNAUTHORIZED"]);
    expect(reason).toBe(answer === "flagged" ? "revoked" : "not a token that the identity provider knows");
  });

  test("an expired API key is refused", async () => {
    const { secret = "" } = await server.sdk.apiKeys.create({
      name: "short",
      subject: ada.userId,
      scopes: ["users:read"],
      secondsUntilExpiration: 60,
    });
    await server.clerk.setClock(61);
    expect(await server.show(`Bearer ${secret}`)).toMatchObject({ status: 401, code: "INVALID_API_KEY" });
    await server.clerk.setClock(0);
  });
});

describe("while Clerk is down", () => {
  test("nobody is called bad: 503 with the time to come back, and good again afterwards", async () => {
    const { secret } = await makeKey();
    await server.clerk.fault({ path: VERIFY, status: 429, retryAfter: 17, times: 2 });

    const { whoami, status, code, headers } = await server.show(`Bearer ${secret}`);

    expect(whoami).toMatchObject({ kind: "rejected", code: "UNAVAILABLE" });
    expect([status, code, headers.get("retry-after")]).toEqual([503, "UNAVAILABLE", "17"]);
    expect((await server.show(`Bearer ${secret}`)).status).toBe(200);
    server.log.takeErrors();
  });

  test("a refusal of our own secret key is not the caller's fault", async () => {
    const { secret } = await makeKey();
    await server.clerk.fault({ path: VERIFY, status: 401, times: 2 });
    expect((await server.show(`Bearer ${secret}`)).status).toBe(503);
    server.log.takeErrors();
  });
});

describe("the one who asks", () => {
  const rules = readTokenRules(new Settings({}));

  function openAsker({ timeLimitMs = 3_000, restMs = 60_000 } = {}) {
    const clock = { ms: 0 };
    const settings = { secretKey: new Secret(server.instance.secretKey), apiUrl: server.instance.url };
    const credentials = openClerkCredentials(settings, { log: openLogBook().log, timeLimitMs, restMs });
    const tokens = openOpaqueTokens({
      credentials,
      rules,
      now: () => new Date(),
      monotonicMs: () => clock.ms,
    });
    const judge = (token: string, kind: "ak" | "oat" | "mt") =>
      tokens.judge(token, kind, () => Promise.resolve(true));
    return { tokens: { judge }, clock };
  }

  test("remembers a good answer for ten seconds, and sees a revocation after them", async () => {
    const { tokens, clock } = openAsker();
    const { id, secret } = await makeKey();
    // The cache reads the time at most once in a real millisecond.
    const kindAt = async (ms: number): Promise<string> => {
      clock.ms = ms;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return (await tokens.judge(secret, "ak")).kind;
    };
    expect(await kindAt(1)).toBe("user");
    await server.sdk.apiKeys.revoke({ apiKeyId: id });

    expect(await kindAt(9_000)).toBe("user");
    expect(await kindAt(10_100)).toBe("rejected");
    expect(await calls()).toBe(2);
  });

  test("leaves Clerk alone after five failures in a row", async () => {
    const { tokens } = openAsker();
    await server.clerk.fault({ path: VERIFY, status: 500, times: 5 });

    for (const _ of Array.from({ length: 8 })) await expect(tokens.judge(made("ak"), "ak")).rejects.toThrow();

    expect(await calls()).toBe(5);
  });

  test("tries again after its rest, and goes on if Clerk answers", async () => {
    const { tokens } = openAsker({ restMs: 20 });
    await server.clerk.fault({ path: VERIFY, status: 500, times: 5 });
    for (const _ of Array.from({ length: 5 })) await expect(tokens.judge(made("ak"), "ak")).rejects.toThrow();

    const { secret } = await makeKey();
    await expect
      .poll(() =>
        tokens.judge(secret, "ak").then(
          ({ kind }) => kind,
          () => "down",
        ),
      )
      .toBe("user");
  });

  test("does not take credentials that Clerk refuses for failures of Clerk", async () => {
    const { tokens } = openAsker();
    for (const _ of Array.from({ length: 8 }))
      expect((await tokens.judge(made("ak"), "ak")).kind).toBe("rejected");
    expect(await calls()).toBe(8);
  });

  test("waits for a silent Clerk only so long", async () => {
    const { tokens } = openAsker({ timeLimitMs: 50 });
    await server.clerk.fault({ path: VERIFY, hang: true, times: 1 });
    await expect(tokens.judge(made("ak"), "ak")).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  test("asks sixteen questions at once and lets a few wait; the others are told to come back", async () => {
    const { tokens } = openAsker();
    await server.clerk.fault({ path: VERIFY, delayMs: 50, times: 200 });

    const kinds = await Promise.all(
      Array.from({ length: 100 }, () =>
        tokens.judge(made("ak"), "ak").then(
          ({ kind }) => kind,
          () => "told to wait",
        ),
      ),
    );

    expect(kinds.filter((kind) => kind === "rejected")).toHaveLength(80);
    expect(kinds.filter((kind) => kind === "told to wait")).toHaveLength(20);
    expect(await calls()).toBe(80);
  });
});

import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openKeySet } from "../../server/src/identity/key-set.ts";
import { reject } from "../../server/src/identity/principal.ts";
import { resolvePrincipal } from "../../server/src/identity/resolve.ts";
import { openTokenMemory } from "../../server/src/identity/token-memory.ts";
import type { TokenMemory } from "../../server/src/identity/token-memory.ts";
import { openInstanceServer, signUpAt } from "../support/instance.ts";
import type { InstanceServer, Visitor } from "../support/instance.ts";
import { keys, openKeyEndpoint } from "./key-endpoint.ts";
import type { KeyEndpoint } from "./key-endpoint.ts";
import { part, taken } from "./workshop.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let server: InstanceServer;
let ada: Visitor;
/** How far the clock on the wall has been set, for everybody. */
let clockMs = 0;

beforeAll(async () => {
  server = await openInstanceServer({ now: () => new Date(Date.now() + clockMs) });
  ada = await signUpAt(server, "ada");
});
afterEach(() => {
  clockMs = 0;
});
afterAll(() => server.stop());

const counts = () => server.services.identity.clerk.memory.counts();
const mint = (exp: number, claims: Record<string, unknown> = {}) =>
  server.clerk.mint({ sessionId: ada.sessionId, exp, claims });
const inSeconds = (seconds: number) => Math.floor(Date.now() / SECOND) + seconds;

describe("a token that was verified", () => {
  test("is not verified again", async () => {
    const token = await mint(inSeconds(600));
    const before = counts().tokens;

    for (const _ of [1, 2, 3]) expect((await server.show(`Bearer ${token}`)).status).toBe(200);

    const { hits, remembered } = counts().tokens;
    expect([hits - before.hits, remembered - before.remembered]).toEqual([5, 1]);
  });

  test("ends when it ends, and follows the clock back and forth", async () => {
    const exp = inSeconds(600);
    const token = await mint(exp);
    const statusAt = async (seconds: number) => {
      clockMs = (exp + seconds) * SECOND - Date.now();
      const { status, code } = await server.show(`Bearer ${token}`);
      return status === 200 ? "good" : code;
    };

    expect(await statusAt(-600)).toBe("good");
    expect(await statusAt(3)).toBe("good");
    expect(await statusAt(5)).toBe("TOKEN_EXPIRED");
    expect(await statusAt(90_000)).toBe("TOKEN_EXPIRED");
    expect(await statusAt(-300)).toBe("good");
    expect(await statusAt(-90_000)).toBe("UNAUTHORIZED");
    expect(await statusAt(-1)).toBe("good");
  });

  test("that was shown too late first is good once the clock is right", async () => {
    const token = await mint(inSeconds(600));
    clockMs = 20 * MINUTE;
    for (const _ of [1, 2]) expect((await server.show(`Bearer ${token}`)).code).toBe("TOKEN_EXPIRED");
    clockMs = 0;
    expect((await server.show(`Bearer ${token}`)).status).toBe(200);
  });

  test("vouches for no other text", async () => {
    const token = await mint(inSeconds(600));
    expect((await server.show(`Bearer ${token}`)).status).toBe(200);
    const [head, body, signature] = taken(token);
    const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as Record<string, unknown>;
    const promoted = part({ ...claims, sub: "user_somebodyelse" });
    const longer = part({ ...claims, exp: Number(claims["exp"]) + 60 });

    const others = [
      `${head}.${promoted}.${signature}`,
      `${head}.${longer}.${signature}`,
      `${head}.${body}.${signature}=`,
      `${head}.${body}=.${signature}`,
      `${head}.${body}.${signature}.`,
      `${head}.${body}.${signature.slice(0, -1)}`,
      `${head}.${body}.${signature.slice(0, -1)}${signature.endsWith("A") ? "B" : "A"}`,
      `${head}.${body}.`,
      `${part({ alg: "none", typ: "JWT" })}.${body}.${signature}`,
      `.${body}.${signature}`,
      token.toUpperCase(),
      signature,
      token.slice(-43),
    ];
    for (const other of others) {
      expect(other).not.toBe(token);
      expect((await server.show(`Bearer ${other}`)).status).toBe(401);
    }
    expect((await server.show(`Bearer ${token}`)).status).toBe(200);
  });

  test("is not good for longer than its session", async () => {
    const { id: sessionId } = await server.clerk.createSession(ada.userId);
    const token = await server.clerk.mint({ sessionId, exp: inSeconds(600) });
    expect((await server.show(`Bearer ${token}`)).status).toBe(200);

    await server.services.database.db.session.create({
      data: { id: sessionId, clerkUserId: ada.userId, status: "revoked", clerkUpdatedAt: new Date() },
    });

    expect((await server.show(`Bearer ${token}`)).code).toBe("SESSION_REVOKED");
  });
});

describe("the memory and the key set", () => {
  let endpoint: KeyEndpoint;
  let memory: TokenMemory;
  let published: unknown[];
  let token: string;
  /** What both take for the time since they were opened. */
  let ms: number;
  let show: (token: string) => Promise<string>;

  beforeEach(async () => {
    ms = 1;
    endpoint = await openKeyEndpoint();
    const { clerk, identity, log } = { ...server.services, ...server.services.identity };
    const monotonicMs = () => ms;
    const keySet = openKeySet({ kind: "endpoint", url: endpoint.url, bearer: null }, { log, monotonicMs });
    memory = openTokenMemory({ keySet, now: server.services.now, monotonicMs });
    const tools = { ...identity, clerk: { ...clerk, keySet, memory } };
    show = async (text) => {
      const found = await resolvePrincipal({ kind: "bearer", token: text }, null, tools);
      return found.kind === "rejected" ? (found.reason ?? found.code) : found.kind;
    };
    const answer = await fetch(`${server.instance.url}/.well-known/jwks.json`);
    published = ((await answer.json()) as { keys: unknown[] }).keys;
    token = await mint(inSeconds(90_000 - 7_200));
  });
  afterEach(() => endpoint.close());

  test("with a key that is withdrawn goes what it has verified, as soon as the keys are fetched anew", async () => {
    endpoint.answer(keys(...published));
    expect(await show(token)).toBe("user");
    endpoint.answer(keys({ ...(published[0] as object), kid: "ins_the_next" }));

    ms += 5 * MINUTE;
    // Answered with the known key, so that nobody waits; the keys are asked for behind it.
    expect(await show(token)).toBe("user");
    await expect.poll(() => show(token)).toContain("(kid)");
    expect(memory.counts().tokens.drops).toBe(1);
  });

  test("another key under the same id makes it look again", async () => {
    endpoint.answer(keys(...published));
    expect(await show(token)).toBe("user");
    const { kid } = published[0] as { kid: string };
    await server.clerk.rotateKeys();
    const answer = await fetch(`${server.instance.url}/.well-known/jwks.json`);
    const another = ((await answer.json()) as { keys: { kid: string }[] }).keys.find(
      (key) => key.kid !== kid,
    );
    endpoint.answer(keys({ ...another, kid }));

    ms += 5 * MINUTE;
    await show(token);
    await expect.poll(() => show(token)).toBe("the signature does not match");
  });

  test("while the keys cannot be had, known ones do for a day, and then nobody is called bad", async () => {
    endpoint.answer(keys(...published));
    expect(await show(token)).toBe("user");
    endpoint.answer((_request, response) => response.writeHead(503).end());

    ms = 23 * 60 * MINUTE;
    expect(await show(token)).toBe("user");
    ms = 25 * 60 * MINUTE;
    expect(await show(token)).toBe("UNAVAILABLE");

    ms += MINUTE;
    endpoint.answer(keys(...published));
    expect(await show(token)).toBe("user");
  });

  test("a token that could not be judged was not refused", async () => {
    endpoint.answer((_request, response) => response.writeHead(503).end());
    expect(await show(token)).toBe("UNAVAILABLE");

    endpoint.answer(keys(...published));
    ms += 1 * SECOND;
    expect(await show(token)).toBe("user");
  });

  test("a forged token is looked at once in five seconds", async () => {
    endpoint.answer(keys(...published));
    const forged = forge(token);
    for (const _ of [1, 2, 3]) expect(await show(forged)).toBe("the signature does not match");
    expect(memory.counts().badTokens).toMatchObject({ remembered: 1, hits: 2 });

    ms += 5 * SECOND + 1;
    expect(await show(forged)).toBe("the signature does not match");
    expect(memory.counts().badTokens.hits).toBe(2);
  });

  test("a flood of forged tokens pushes no good one out, and does not gather", async () => {
    endpoint.answer(keys(...published));
    expect(await show(token)).toBe("user");

    const looked = { principal: reject("the signature does not match"), times: null, keyId: "", pem: "" };
    for (let each = 0; each < 30_000; each += 1) memory.keep(forge(token), looked);

    const { tokens, badTokens } = memory.counts();
    expect([tokens.remembered, badTokens.remembered]).toEqual([1, 2_000]);
    expect(await show(token)).toBe("user");
    expect(memory.counts().tokens.hits).toBe(tokens.hits + 1);
  });
});

/** The header and the claims of a good token, signed by nobody. */
function forge(token: string): string {
  const [head, body] = taken(token);
  return `${head}.${body}.${Buffer.from(randomUUID().repeat(8).slice(0, 256)).toString("base64url")}`;
}

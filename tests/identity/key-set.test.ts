import { generateKeyPairSync } from "node:crypto";
import type { ServerResponse as Response } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Secret } from "../../server/src/base/secret.ts";
import { openKeySet } from "../../server/src/identity/key-set.ts";
import type { KeySet } from "../../server/src/identity/key-set.ts";
import { openLogBook } from "../support/log-book.ts";
import type { LogBook } from "../support/log-book.ts";
import { keys, makeKey, openKeyEndpoint, published } from "./key-endpoint.ts";
import type { KeyEndpoint } from "./key-endpoint.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const first = makeKey("ins_first");
const second = makeKey("ins_second");
const outOfService = { code: "UNAVAILABLE", retryAfterSeconds: 5 };

let endpoint: KeyEndpoint;
let log: LogBook;
/** What the key set takes for the time since it was opened. */
let ms: number;

beforeEach(async () => {
  endpoint = await openKeyEndpoint();
  log = openLogBook();
  ms = 0;
});
afterEach(() => endpoint.close());

function open(timeLimitMs = 2_000): KeySet {
  const settings = { kind: "endpoint", url: endpoint.url, bearer: new Secret("sk_test_of_nobody") } as const;
  return openKeySet(settings, { log: log.log, monotonicMs: () => ms, timeLimitMs });
}

describe("fetching", () => {
  test("happens once for 200 first requests", async () => {
    endpoint.answer(keys(first.jwk));
    const set = open();
    const found = await Promise.all(Array.from({ length: 200 }, () => set.find("ins_first")));
    expect(new Set(found)).toEqual(new Set([first.pem]));
    expect(endpoint.requests()).toBe(1);
  });

  test("shows the secret key to the Backend API", async () => {
    let shown: string | undefined;
    endpoint.answer((request, response) => {
      shown = request.headers.authorization;
      keys(first.jwk)(request, response);
    });
    await open().find("ins_first");
    expect(shown).toBe("Bearer sk_test_of_nobody");
  });

  test("happens at most once in a cool-down for a flood of ids that nobody has", async () => {
    endpoint.answer(keys(first.jwk));
    const set = open();
    await set.find("ins_first");
    ms = 31 * SECOND;

    for (let each = 0; each < 100; each += 1) expect(await set.find(`ins_made_up_${each}`)).toBeNull();
    expect(endpoint.requests()).toBe(2);

    ms = 62 * SECOND;
    await set.find("ins_another");
    expect(endpoint.requests()).toBe(3);
  });

  test("does not happen again for known keys while they are fresh", async () => {
    endpoint.answer(keys(first.jwk));
    const set = open();
    for (ms = 0; ms < 5 * MINUTE; ms += 20 * SECOND) expect(await set.find("ins_first")).toBe(first.pem);
    expect(endpoint.requests()).toBe(1);
  });
});

describe("a rotation", () => {
  test("is seen within the cool-down", async () => {
    endpoint.answer(keys(first.jwk));
    const set = open();
    await set.find("ins_first");
    endpoint.answer(keys(second.jwk, first.jwk));

    ms = 29 * SECOND;
    expect(await set.find("ins_second")).toBeNull();
    ms = 30 * SECOND;
    expect(await set.find("ins_second")).toBe(second.pem);
    expect(await set.find("ins_first")).toBe(first.pem);
  });

  test("lets a key go that was withdrawn, minutes later", async () => {
    endpoint.answer(keys(first.jwk));
    const set = open();
    await set.find("ins_first");
    endpoint.answer(keys(second.jwk));

    ms = 5 * MINUTE;
    // Answered from memory, so that nobody waits; the keys are asked for behind it.
    expect(await set.find("ins_first")).toBe(first.pem);
    await expect.poll(() => set.find("ins_first")).toBeNull();
  });
});

describe("an endpoint that does not answer well", () => {
  test.each([
    ["answers 503", (_request: unknown, response: Response) => response.writeHead(503).end()],
    [
      "answers with a page",
      (_request: unknown, response: Response) => response.end("<html>maintenance</html>"),
    ],
    ["answers with no keys", (_request: unknown, response: Response) => response.end('{"keys":[]}')],
    ["answers with null", (_request: unknown, response: Response) => response.end("null")],
    ["breaks off", (_request: unknown, response: Response) => response.destroy()],
    [
      "sends 10 MB",
      (_request: unknown, response: Response) => response.end(`{"keys":[],"x":"${"x".repeat(1e7)}"}`),
    ],
    [
      "leads elsewhere",
      (_request: unknown, response: Response) => response.writeHead(302, { location: "/other" }).end(),
    ],
  ])("leaves a cold start without keys when it %s: come back later", async (_name, listener) => {
    endpoint.answer(listener);
    const set = open();
    await expect(set.find("ins_first")).rejects.toMatchObject(outOfService);
    expect(await set.isReady()).toBe(false);

    endpoint.answer(keys(first.jwk));
    ms = 1 * SECOND;
    expect(await set.find("ins_first")).toBe(first.pem);
    expect(await set.isReady()).toBe(true);
  });

  test("holds nobody up longer than the time limit when it hangs", async () => {
    endpoint.answer(() => {});
    const set = open(50);
    await expect(set.find("ins_first")).rejects.toMatchObject(outOfService);
  });

  test("is not followed to where it leads, and the secret key goes nowhere else", async () => {
    const elsewhere = await openKeyEndpoint();
    elsewhere.answer(keys(first.jwk));
    endpoint.answer((_request, response) => response.writeHead(307, { location: elsewhere.url }).end());
    await expect(open().find("ins_first")).rejects.toMatchObject(outOfService);
    expect(elsewhere.requests()).toBe(0);
    await elsewhere.close();
  });

  test("leaves known keys in use for a day, with a warning, and then no longer", async () => {
    endpoint.answer(keys(first.jwk));
    const set = open();
    await set.find("ins_first");
    endpoint.answer((_request, response) => response.writeHead(503).end());

    for (ms = 10 * MINUTE; ms < 24 * HOUR; ms += 6 * HOUR)
      expect(await set.find("ins_first")).toBe(first.pem);
    expect(set.ageSeconds()).toBeGreaterThan(0);
    await expect.poll(() => log.lines().some(({ msg }) => msg.includes("could not be fetched"))).toBe(true);

    ms = 24 * HOUR + SECOND;
    await expect(set.find("ins_first")).rejects.toMatchObject(outOfService);
    expect(await set.isReady()).toBe(false);
  });

  test("does not make a liar of a key that it may just have begun to sign with", async () => {
    endpoint.answer(keys(first.jwk));
    const set = open();
    await set.find("ins_first");
    endpoint.answer((_request, response) => response.writeHead(503).end());
    ms = 31 * SECOND;
    await expect(set.find("ins_second")).rejects.toMatchObject(outOfService);
    expect(await set.find("ins_first")).toBe(first.pem);
  });

  test("is written about without the secret key", async () => {
    await open()
      .find("ins_first")
      .catch(() => {});
    expect(log.text()).toContain("could not be fetched");
    expect(log.text()).not.toContain("sk_test_of_nobody");
  });
});

describe("odd keys", () => {
  const elliptic = published("ins_odd", generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey);
  test.each([
    ["of another type", elliptic.jwk],
    ["of another type that says RSA", { ...elliptic.jwk, kty: "RSA" }],
    ["for encryption", { ...second.jwk, kid: "ins_odd", use: "enc" }],
    ["for another algorithm", { ...second.jwk, kid: "ins_odd", alg: "RS512" }],
    ["of 1,024 bits", makeKey("ins_odd", 1_024).jwk],
    ["of a length that the SDK cannot read", makeKey("ins_odd", 3_072).jwk],
    ["with another exponent", { ...second.jwk, kid: "ins_odd", e: "Aw" }],
    ["without a modulus", { ...second.jwk, kid: "ins_odd", n: undefined }],
    ["with a modulus of noise", { ...second.jwk, kid: "ins_odd", n: "!!!" }],
    ["without an id", { ...second.jwk, kid: undefined }],
    ["with a number for an id", { ...second.jwk, kid: 7 }],
    ["that is null", null],
    ["that is a list", []],
  ])("one %s is passed over, and the good one beside it is used", async (_name, odd) => {
    endpoint.answer(keys(odd, first.jwk));
    const set = open();
    expect(await set.find("ins_first")).toBe(first.pem);
    expect(await set.find("ins_odd")).toBeNull();
  });

  test("of two with one id the first counts", async () => {
    endpoint.answer(keys(first.jwk, { ...second.jwk, kid: "ins_first" }));
    expect(await open().find("ins_first")).toBe(first.pem);
  });

  test("a private key that was published by mistake is not kept", async () => {
    endpoint.answer(keys({ ...first.jwk, d: "secret", p: "secret" }));
    expect(await open().find("ins_first")).toBe(first.pem);
  });
});

test("one fixed key needs no endpoint, and whatever id means it", async () => {
  const set = openKeySet({ kind: "pem", pem: first.pem }, { log: log.log, monotonicMs: () => ms });
  expect(await set.find("ins_whatever")).toBe(first.pem);
  expect(await set.isReady()).toBe(true);
  expect(endpoint.requests()).toBe(0);
});

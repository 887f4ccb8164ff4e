import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openInstanceServer, signUpAt } from "./support/instance.ts";
import type { InstanceServer } from "./support/instance.ts";
import { openProxy } from "./support/reverse-proxy.ts";
import { SMALL_LIMITS } from "./support/limited.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A server of a real instance with few calls for each address, which trusts so many proxies. */
async function serve(trusted: number): Promise<InstanceServer> {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-proxy-"));
  closers.push(() => rm(folder, { recursive: true }));
  const file = join(folder, "limits.json");
  await writeFile(file, JSON.stringify(SMALL_LIMITS));
  const server = await openInstanceServer({
    env: { LIMITS_FILE: file, RATE_LIMIT_ADDRESS_SCALE: "1", TRUST_PROXY: String(trusted) },
  });
  closers.push(() => server.stop());
  return server;
}

async function proxyTo(server: string): Promise<string> {
  const proxy = await openProxy(server);
  closers.push(() => proxy.close());
  return proxy.url;
}

interface Call {
  /** The caller's own address: all of 127.0.0.0/8 is this machine. */
  from?: string;
  forged?: string;
  token?: string;
}

async function ask(url: string, { from = "127.0.0.1", forged, token }: Call = {}): Promise<number> {
  const headers = {
    ...(forged === undefined ? {} : { "x-forwarded-for": forged }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const call = request(`${url}/trpc/auth.whoami`, { localAddress: from, headers });
  call.end();
  const [answer] = (await once(call, "response")) as [IncomingMessage];
  answer.resume();
  await once(answer, "end");
  return answer.statusCode ?? 0;
}

async function admitted(url: string, calls: readonly Call[]): Promise<number> {
  let count = 0;
  for (const call of calls) if ((await ask(url, call)) === 200) count += 1;
  return count;
}

const times = (count: number, call: Call): Call[] => Array.from({ length: count }, () => call);

test("behind a trusted proxy each caller has the calls of his own address", async () => {
  const url = await proxyTo((await serve(1)).url);

  expect(await admitted(url, times(8, { from: "127.0.0.2" }))).toBe(4);
  expect(await admitted(url, times(8, { from: "127.0.0.3" }))).toBe(4);
});

test("ten thousand addresses that a caller makes up give him no call more, and cost nobody else one", async () => {
  const url = await proxyTo((await serve(1)).url);
  let last = 0;
  const forge = (): string => `10.${(last += 1) >> 16}.${(last >> 8) & 255}.${last & 255}`;
  const flood = Array.from({ length: 100 }, () => ({
    from: "127.0.0.2",
    forged: Array.from({ length: 100 }, forge).join(", "),
  }));

  expect(await admitted(url, flood)).toBe(4);

  expect(last).toBe(10_000);
  expect(await admitted(url, times(8, { from: "127.0.0.3", forged: "127.0.0.2" }))).toBe(4);
});

test("two proxies in a row are both believed, and nothing to the left of them", async () => {
  const inner = await proxyTo((await serve(2)).url);
  const url = await proxyTo(inner);

  expect(await admitted(url, times(8, { from: "127.0.0.2", forged: "203.0.113.7" }))).toBe(4);
  expect(await admitted(url, times(8, { from: "127.0.0.3", forged: "203.0.113.7" }))).toBe(4);
});

test("whoever shares the address of a flood and has a good credential loses nothing", async () => {
  const server = await serve(1);
  const url = await proxyTo(server.url);
  const { token } = await signUpAt(server, "ada");
  await admitted(url, times(8, { token: "not.a.token" }));

  expect(await ask(url, { token: "not.a.token" })).toBe(429);
  expect(await ask(url, { token })).toBe(200);
});

import { expect, test } from "vitest";
import { openWorld } from "./support.ts";

test("a fault strikes as often as was asked for", async () => {
  const { controls, clerk } = await openWorld();
  await controls.fault({ path: "/v1/users/count", status: 429, retryAfter: 7, times: 1 });
  await expect(clerk.users.getCount()).rejects.toMatchObject({
    status: 429,
    retryAfter: 7,
    errors: [{ code: "too_many_requests" }],
  });
  expect(await clerk.users.getCount()).toBe(0);
});

test("a fault can delay, and can cover all that begins alike", async () => {
  const { controls, clerk } = await openWorld();
  await controls.fault({ path: "/v1/*", delayMs: 80, times: 1 });
  const before = Date.now();
  await clerk.users.getCount();
  expect(Date.now() - before).toBeGreaterThanOrEqual(79);
});

test("a call that hangs gets no answer, and does not keep the server from closing", async () => {
  const { controls, local } = await openWorld();
  await controls.fault({ path: "/v1/jwks", hang: true, times: 1 });
  const signal = AbortSignal.timeout(150);
  await expect(fetch(`${local.url}/v1/jwks`, { signal })).rejects.toThrow(/aborted/);
  expect((await fetch(`${local.url}/v1/jwks`)).status).toBe(200);
});

test("calls are counted, without credentials", async () => {
  const { controls, clerk, local } = await openWorld();
  await fetch(`${local.url}/v1/jwks`);
  await fetch(`${local.url}/v1/jwks`);
  await clerk.users.getCount({ query: "ada" });
  expect(await controls.requests("/v1/jwks")).toHaveLength(2);
  expect(await controls.requests("/v1/users/count")).toEqual([
    { method: "GET", path: "/v1/users/count", query: "?query=ada", status: 200 },
  ]);
  await controls.forgetRequests();
  expect(await controls.requests()).toEqual([]);
});

import { request } from "node:http";
import { expect, test } from "vitest";
import { openControls } from "../../server/src/local-clerk/controls.ts";
import { openLocalClerk } from "../../server/src/local-clerk/open.ts";
import { openWorld } from "./support.ts";

/** `fetch` does not let a caller choose the Host header; node:http does. */
function statusOf(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(url, { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    call.on("error", reject).end();
  });
}

test("another host than loopback is refused before anything listens", async () => {
  for (const host of ["0.0.0.0", "::", "192.168.1.5", "example.com", ""]) {
    await expect(openLocalClerk({ port: 0, host })).rejects.toThrow(/loopback/);
  }
});

test("a request that was forwarded is answered 403", async () => {
  const { local } = await openWorld();
  const url = `${local.url}/.well-known/jwks.json`;
  expect(await statusOf(url, {})).toBe(200);
  for (const name of ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via", "CF-Ray"]) {
    expect(await statusOf(url, { [name]: "x" })).toBe(403);
  }
});

test("a Host that is not loopback with the port is answered 403, against DNS rebinding", async () => {
  const { local } = await openWorld();
  const { port } = new URL(local.url);
  const url = `${local.url}/.well-known/jwks.json`;
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
    expect(await statusOf(url, { host })).toBe(200);
  }
  for (const host of [
    "evil.test",
    `evil.test:${port}`,
    "127.0.0.1",
    "localhost:1",
    `127.0.0.1.evil.test:${port}`,
  ]) {
    expect(await statusOf(url, { host })).toBe(403);
  }
});

test("the controls need the control token", async () => {
  const { local, clerk } = await openWorld();
  for (const controlToken of ["", "wrong", local.secretKey]) {
    const controls = openControls({ url: local.url, controlToken });
    await expect(controls.createUser({ email: "eve@example.com" })).rejects.toThrow(/401/);
    await expect(controls.reset()).rejects.toThrow(/401/);
  }
  expect(await clerk.users.getCount()).toBe(0);
});

test("pages of this machine may call the Frontend API, other pages may not", async () => {
  const { local } = await openWorld();
  const url = `${local.url}/v1/client/sign_ins`;
  const ask = (origin: string, method: string): Promise<Response> =>
    fetch(url, { method, headers: { origin } });

  const preflight = await ask("http://localhost:5173", "OPTIONS");
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-origin")).toBe("http://localhost:5173");
  for (const origin of ["https://evil.test", "null", "http://localhost.evil.test"]) {
    expect((await ask(origin, "POST")).status).toBe(403);
  }
  const backend = await fetch(`${local.url}/v1/users`, { headers: { origin: "http://localhost:5173" } });
  expect(backend.headers.get("access-control-allow-origin")).toBeNull();
});

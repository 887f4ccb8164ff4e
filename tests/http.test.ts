import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { openKeyEndpoint } from "./identity/key-endpoint.ts";
import { openInstanceServer } from "./support/instance.ts";
import { post, send } from "./support/raw.ts";
import { openTestServer, testServer } from "./support/server.ts";
import { openWorld } from "./support/world.ts";

describe("health", () => {
  test("a server that serves is alive and ready", async () => {
    expect(await send("/healthz")).toMatchObject({ status: 200, json: { status: "ok" } });
    expect(await send("/readyz")).toMatchObject({
      status: 200,
      json: { status: "ready", checks: { database: true, keys: true } },
    });
  });

  test("a thousand who ask whether it is ready cost the database a question a second", async () => {
    const { running, url } = await openTestServer();
    const asked = vi.spyOn(running.services.database, "ping");

    for (let turn = 0; turn < 20; turn++) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(`${url}/readyz`)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    }
    const once = asked.mock.calls.length;
    await sleep(1_100);
    await fetch(`${url}/readyz`);

    // One a second, however long the thousand took.
    expect(once).toBeLessThan(10);
    expect(asked.mock.calls.length).toBe(once + 1);
    await running.stop();
  });

  test("a server whose keys cannot be had is alive, is not ready, and refuses nobody for it", async () => {
    const endpoint = await openKeyEndpoint();
    const server = await openInstanceServer({ env: { CLERK_JWKS_URL: endpoint.url } });

    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    const { id } = await server.clerk.createUser({ email: "ada@example.com" });
    const session = await server.clerk.createSession(id);
    const token = await server.clerk.mint({ sessionId: session.id });
    const answer = await fetch(`${server.url}/trpc/me.get`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
    await server.stop();
    await endpoint.close();
  });
});

describe("every answer", () => {
  test.each([
    ["a plain word", "req-42_A", true],
    ["64 characters", "x".repeat(64), true],
    ["65 characters", "x".repeat(65), false],
    ["a space", "a b", false],
    ["a quote", 'a"b', false],
  ])("keeps the caller's own request id if it is %s", async (_what, id, isKept) => {
    const { headers } = await send("/healthz", { headers: { "x-request-id": id } });
    expect(headers.get("x-request-id") === id).toBe(isKept);
  });
});

describe("bodies", () => {
  test("a body of more than a megabyte is refused", async () => {
    const { people } = await openWorld({ ada: "owner" });
    const answer = await post(
      "projects.create",
      JSON.stringify({ name: "x".repeat(1_100_000) }),
      people.ada.token,
    );
    expect([answer.status, answer.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
  });

  test("a packed body is refused before it is unpacked", async () => {
    const answer = await send("/trpc/accessCodes.redeem", {
      method: "POST",
      body: "x",
      headers: { "content-encoding": "gzip", "content-type": "application/json" },
    });
    expect([answer.status, answer.code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])(
    "a form from a foreign page (%s) reaches no procedure",
    async (type) => {
      const { people } = await openWorld({ ada: "owner" });
      const answer = await send("/trpc/accessCodes.redeem", {
        method: "POST",
        body: '{"code":"x"}',
        headers: { "content-type": type },
        token: people.ada.token,
      });
      expect([400, 415]).toContain(answer.status);
      expect(answer.code).not.toBe("CODE_INVALID");
    },
  );

  test.each(["{", "[1,", "nul", '{"a":1}}'])("JSON that is none is a 400: %s", async (text) => {
    const { people } = await openWorld({ ada: "owner" });
    const answer = await post("projects.create", text, people.ada.token);
    expect([answer.status, answer.code]).toEqual([400, "VALIDATION_FAILED"]);
  });

  test.each([100, 10_000, 100_000])(
    "an input nested %i levels deep is a 400 with the same words",
    async (depth) => {
      const { people, workspaceId } = await openWorld({ ada: "owner" });
      const text = `{"workspaceId":"${workspaceId}","name":${"[".repeat(depth)}${"]".repeat(depth)}}`;
      const answer = await post("projects.create", text, people.ada.token);
      expect([answer.status, answer.code]).toEqual([400, "VALIDATION_FAILED"]);
      expect(answer.text).not.toContain("stack");
    },
  );
});

test("a batch of more calls than allowed is refused whole", async () => {
  const paths = Array.from({ length: 11 }, () => "auth.whoami").join(",");
  expect((await send(`/trpc/${paths}?batch=1&input={}`)).status).toBe(400);
  expect((await send(`/trpc/${paths.slice("auth.whoami,".length)}?batch=1&input={}`)).status).toBe(200);
});

test("a mutation cannot be made by following a link", async () => {
  const { people } = await openWorld({ ada: "newcomer" });
  const answer = await send('/trpc/accessCodes.redeem?input={"code":"x"}', { token: people.ada.token });
  expect([answer.status, answer.code]).toEqual([405, "METHOD_NOT_ALLOWED"]);
});

test("what goes wrong inside stays inside, and the request id finds it in the log", async () => {
  const { ada, workspaceId, server, people } = await openWorld({ ada: "owner" });
  const { pool } = server.running.services.database;
  await ada.projects.create.mutate({ workspaceId, name: "Atlas" });
  await pool.query("ALTER TABLE projects RENAME TO projects_gone");

  const answer = await send(`/trpc/projects.list?input={"workspaceId":"${workspaceId}"}`, {
    token: people.ada.token,
  });

  await pool.query("ALTER TABLE projects_gone RENAME TO projects");
  expect([answer.status, answer.code]).toEqual([500, "INTERNAL"]);
  expect(answer.text).not.toMatch(/projects_gone|relation|prisma|stack|\.ts|\.js/i);
  const requestId = answer.headers.get("x-request-id");
  expect(server.log.takeErrors().some((line) => line["requestId"] === requestId)).toBe(true);
});

describe("pages of other origins", () => {
  test("only an origin that is configured to the letter may read answers", async () => {
    const server = await openTestServer({ CORS_ORIGINS: "https://app.example.com" });
    const allowed = async (origin: string): Promise<string | null> =>
      (await fetch(`${server.url}/trpc/auth.whoami`, { headers: { origin } })).headers.get(
        "access-control-allow-origin",
      );

    expect(await allowed("https://app.example.com")).toBe("https://app.example.com");
    for (const origin of [
      "https://evil.test",
      "null",
      "https://app.example.com.evil.test",
      "https://appXexample.com",
      "http://app.example.com",
      "https://app.example.com:8443",
      "https://app.example.com:443",
      "https://app.example.com.",
      "https://app.example.com/",
      "https://app.example.com@evil.test",
      "https://app.example.com%2eevil.test",
      "https://evil.test#app.example.com",
      "https://evil.test?https://app.example.com",
      "https://sub.app.example.com",
      "https://app.example.com, https://evil.test",
      "https://evil.test https://app.example.com",
      "HTTPS://APP.EXAMPLE.COM",
      "app.example.com",
      "file://",
      "*",
    ]) {
      expect(await allowed(origin)).toBeNull();
    }
    await server.stop();
  });
});

describe("the log", () => {
  test("holds one line a request, and neither tokens nor inputs", async () => {
    const { people, server, workspaceId } = await openWorld({ ada: "owner" });
    const secretName = "a-name-for-nobody-else";

    await send(`/trpc/projects.list?input={"workspaceId":"${workspaceId}","cursor":"${secretName}"}`, {
      token: people.ada.token,
      headers: { "x-request-id": "one-line" },
    });
    await send("/trpc/auth.whoami", { headers: { "x-admin-key": "wrong-key-of-nobody" } });

    const lines = server.log.lines().filter((line) => line["requestId"] === "one-line");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ method: "GET", path: "/trpc/projects.list", status: 400 });
    for (const secret of [people.ada.token, secretName, "wrong-key-of-nobody"])
      expect(server.log.text()).not.toContain(secret);
  });
});

describe("with LOG_SAMPLE", () => {
  test("every so-manyth success has a line in the log, and every refusal", async () => {
    const server = await openTestServer({ LOG_SAMPLE: "0.25" });
    for (let turn = 0; turn < 40; turn++) await fetch(`${server.url}/healthz`);
    for (let turn = 0; turn < 8; turn++) await fetch(`${server.url}/trpc/me.get`);
    const logged = (path: string) => server.log.lines().filter((line) => line["path"] === path);

    expect(logged("/healthz")).toHaveLength(10);
    expect(logged("/trpc/me.get")).toHaveLength(8);
    await server.stop();
  });
});

test("a stranger's credential in the address is no credential", async () => {
  const { people } = await openWorld({ ada: "owner" });
  const { url } = await testServer();
  const answer = await fetch(`${url}/trpc/me.get?access_token=${people.ada.token}`);
  expect(answer.status).toBe(401);
});

test.each(["__session", "__client", "Authorization"])(
  "nor is one in the cookie %s, which a browser sends along from any page",
  async (name) => {
    const { people } = await openWorld({ ada: "owner" });
    const headers = { cookie: `${name}=${people.ada.token}` };
    for (const path of ["/trpc/me.get", "/api/v1/me"])
      expect((await send(path, { headers })).status).toBe(401);
  },
);

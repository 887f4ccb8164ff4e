import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { securityHeaders } from "../server/src/http/security-headers.ts";
import { call, everyProcedure } from "./support/procedures.ts";
import { send } from "./support/raw.ts";
import { testServer } from "./support/server.ts";
import { openWorld } from "./support/world.ts";

/** Pages bring a content policy of their own; everybody else has the one that allows nothing. */
const PAGE = /^\/docs\/?$/;

/** What is wrong with the headers of an answer, in words that name it. */
function flaws(what: string, { status, headers }: { status: number; headers: Headers }): string[] {
  const wanted = securityHeaders.filter(([name]) => !(PAGE.test(what) && name === "Content-Security-Policy"));
  const missing = wanted.filter(([name, value]) => headers.get(name) !== value).map(([name]) => name);
  if (!/^[\w-]{1,64}$/.test(headers.get("x-request-id") ?? "")) missing.push("X-Request-Id");
  if (!headers.has("content-security-policy")) missing.push("Content-Security-Policy");
  const telling = ["server", "x-powered-by"].filter((name) => headers.has(name));
  return [
    ...missing.map((name) => `${what} (${status}) lacks ${name}`),
    ...telling.map((name) => `${what} has ${name}`),
  ];
}

test("every procedure's answer, and every REST route's, keeps browsers and caches careful", async () => {
  const { paths } = JSON.parse(await readFile("docs/openapi.json", "utf8")) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const found: string[] = [];
  for (const procedure of everyProcedure()) {
    if (procedure.type === "subscription") continue;
    found.push(...flaws(procedure.path, await call(procedure, {})));
  }
  let routes = 0;
  for (const [path, operations] of Object.entries(paths)) {
    const place = path.replace(/\{\w+\}/g, "0199c0f4-0000-7000-8000-000000000000");
    for (const method of Object.keys(operations)) {
      found.push(...flaws(`${method} ${path}`, await send(place, { method: method.toUpperCase() })));
      routes += 1;
    }
  }
  expect(found).toEqual([]);
  expect(routes).toBeGreaterThan(50);
});

test("so does every other answer: pages, health, numbers, preflights, and all that is refused", async () => {
  const { people, workspaceId, server } = await openWorld({ ada: "owner" });
  const { token } = people.ada;
  const { pool } = server.running.services.database;
  await pool.query("ALTER TABLE projects RENAME TO projects_gone");
  const failed = await send(`/trpc/projects.list?input={"workspaceId":"${workspaceId}"}`, { token });
  await pool.query("ALTER TABLE projects_gone RENAME TO projects");
  expect([failed.status, ...flaws("a failure", failed)]).toEqual([500]);
  expect((await testServer()).log.takeErrors()).not.toEqual([]);

  const json = { "content-type": "application/json" };
  const batch = Array.from({ length: 11 }, () => "auth.whoami").join(",");
  const asked: [path: string, status: number, init?: RequestInit & { token?: string }][] = [
    ["/healthz", 200],
    ["/readyz", 200],
    ["/metrics", 200],
    ["/openapi.json", 200],
    ["/docs", 200],
    ["/docs/", 200],
    ["/docs/start.js", 200],
    ["/docs/swagger-ui.css", 200],
    ["/docs/swagger-ui-bundle.js", 200],
    ["/healthz", 200, { method: "HEAD" }],
    ["/trpc/me.get", 200, { token }],
    ["/trpc/me.get,auth.whoami?batch=1&input={}", 200, { token }],
    ["/api/v1/me", 200, { token }],
    ["/trpc/me.get", 204, { method: "OPTIONS", headers: { origin: "https://evil.test" } }],
    ["/trpc/me.get", 401],
    ["/trpc/me.get", 401, { token: "not.a.token" }],
    ["/v1/documents", 401],
    ["/trpc/admin.users.list", 403],
    ["/metrics", 403, { headers: { "x-forwarded-for": "203.0.113.9" } }],
    ["/", 404],
    ["/trpc/nothing", 404],
    ["/docs/../package.json", 404],
    ["/api/v1/nothing", 404, { token }],
    ["/webhooks/clerk", 400, { method: "POST", body: "{}" }],
    ["/webhooks/stripe", 404, { method: "POST", body: "{}" }],
    [`/trpc/${batch}?batch=1&input={}`, 400],
    ["/trpc/projects.create", 405, { token }],
    ["/api/v1/me", 405, { method: "PUT", token }],
    // Last, because the server hangs up on who sends too much.
    ["/trpc/projects.create", 413, { method: "POST", body: "x".repeat(1_100_000), headers: json, token }],
    [
      "/trpc/projects.create",
      415,
      { method: "POST", body: "x", headers: { "content-encoding": "gzip" }, token },
    ],
  ];
  const found: string[] = [];
  for (const [path, status, init] of asked) {
    const answer = await send(path, init);
    if (answer.status !== status) found.push(`${path} answered ${answer.status}, not ${status}`);
    found.push(...flaws(path, answer));
  }
  expect(found).toEqual([]);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../server/src/base/config.ts";
import { openTestServer } from "./support/server.ts";
import type { TestServer } from "./support/server.ts";
import { openStandIn } from "./support/stand-ins/http.ts";
import type { StandIn } from "./support/stand-ins/http.ts";

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  status: { code: number };
}

const HIS_TRACE = "0af7651916cd43dd8448eb211c80319c";
const HIS_SPAN = "b7ad6b7169203331";
const SECRET_NAME = "a-project-name-for-nobody-else";

let collector: StandIn;
let server: TestServer & { stop: () => Promise<void> };
let token: string;
let spans: Span[];

/** Ada makes a project, reads it back under a trace of her own, and somebody shows a bad token; then the server stops. */
beforeAll(async () => {
  collector = await openStandIn(() => ({ body: {} }));
  server = await openTestServer({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20of-the-collector",
    OTEL_SERVICE_NAME: "gatehouse-under-test",
  });
  const { id } = await server.clerk.createUser({ email: "ada@example.com" });
  const session = await server.clerk.createSession(id);
  token = await server.clerk.mint({ sessionId: session.id });
  const ada = server.as(token);
  const { id: userId } = await ada.me.get.query();
  await server.admin.admin.users.list.query({});
  const { db } = server.running.services.database;
  await db.user.update({ where: { id: userId }, data: { hasProductAccess: true } });
  const { id: workspaceId } = await ada.workspaces.create.mutate({ name: "Rockets" });
  await ada.projects.create.mutate({ workspaceId, name: SECRET_NAME });
  const input = encodeURIComponent(JSON.stringify({ workspaceId, search: SECRET_NAME }));
  await fetch(`${server.url}/trpc/projects.list?input=${input}`, {
    headers: { authorization: `Bearer ${token}`, traceparent: `00-${HIS_TRACE}-${HIS_SPAN}-01` },
  });
  // A refusal, and a failure: for a moment the table is not there.
  await ada.projects.get.query({ workspaceId, projectId: userId }).catch(() => undefined);
  await db.$executeRaw`ALTER TABLE projects RENAME TO projects_elsewhere`;
  await ada.projects.create.mutate({ workspaceId, name: SECRET_NAME }).catch(() => undefined);
  await db.$executeRaw`ALTER TABLE projects_elsewhere RENAME TO projects`;
  server.log.takeErrors();
  await server.stop();
  spans = collector.heard.flatMap(({ body }) => {
    const sent = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
    return sent.resourceSpans.flatMap((each) => each.scopeSpans.flatMap((scope) => scope.spans));
  });
});
afterAll(() => collector.close());

test("what was not sent yet is sent when the server stops, to the collector that is configured", () => {
  expect(collector.heard[0]).toMatchObject({
    path: "/v1/traces",
    headers: { authorization: "Bearer of-the-collector" },
  });
  expect(collector.heard[0]!.body).toContain("gatehouse-under-test");
});

function below(path: string): Span[] {
  const call = spans.find(({ name }) => name === path)!;
  return spans.filter(({ parentSpanId }) => parentSpanId === call.spanId);
}

function failed(path: string): boolean[] {
  return spans.filter(({ name }) => name === path).map(({ status }) => status.code === 2);
}

test("a call stands below its request, and what Prisma did below the call", () => {
  const call = spans.find(({ name }) => name === "workspaces.create")!;
  const request = spans.find(({ spanId }) => spanId === call.parentSpanId)!;

  expect(request.name).toBe("POST");
  expect(below("workspaces.create").find(({ name }) => name.startsWith("prisma:"))).toBeDefined();
  expect(call.attributes).toContainEqual({ key: "gatehouse.code", value: { stringValue: "OK" } });
  expect(call.attributes).toContainEqual({ key: "gatehouse.principal", value: { stringValue: "user" } });
});

test("who was refused is no failure, and what broke is one", () => {
  expect(failed("projects.get")).toEqual([false]);
  expect(failed("projects.create")).toEqual([false, true]);
});

test("a statement by hand stands below its call with its words, and without its values", () => {
  expect(below("projects.create").map(({ name }) => name)).toEqual(["gatehouse:db_transaction"]);
  const [list] = below("projects.list");
  expect(list!.name).toBe("gatehouse:db_query");
  const words = list!.attributes.find(({ key }) => key === "db.query.text");
  expect(words?.value["stringValue"]).toMatch(/^\s*SELECT id.* AND name ILIKE \$\d/s);
});

test("a caller who traces finds us in his own trace", () => {
  const his = spans.filter(({ traceId }) => traceId === HIS_TRACE);
  expect(his.find(({ parentSpanId }) => parentSpanId === HIS_SPAN)?.name).toBe("GET");
  expect(his.map(({ name }) => name)).toContain("projects.list");
});

test("no token, no input and no name of anybody's things leaves", () => {
  const sent = collector.heard.map(({ body }) => body).join("");
  for (const secret of [token, SECRET_NAME, "ada@example.com"]) expect(sent).not.toContain(secret);
});

test("a collector that is down disturbs nobody", async () => {
  const other = await openTestServer({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" });
  expect((await fetch(`${other.url}/readyz`)).status).toBe(200);
  await other.stop();
  expect(other.log.takeErrors()).toEqual([]);
});

test.each([
  { OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" },
  { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_TRACES_SAMPLER_ARG: "2" },
  { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_EXPORTER_OTLP_HEADERS: "no value" },
])("a setting that is none stops the start: %o", (env) => {
  const last = Object.keys(env).at(-1)!;
  expect(() => readConfig(env)).toThrow(last);
});

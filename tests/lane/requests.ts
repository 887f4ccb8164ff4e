import fc from "fast-check";
import type { Asked } from "./roads.ts";

/** What the requests are about. */
export interface Scene {
  workspaceId: string;
  projectId: string;
  /** Whole values of `Authorization`. */
  credentials: readonly string[];
  adminKeys: readonly string[];
  queries: readonly string[];
  mutations: readonly string[];
}

/** How an input gets into an address: encoded as tRPC's client does it, or in another way. */
const usualWay = (input: string, names: string): string =>
  `?${names.includes(",") ? "batch=1&" : ""}input=${encodeURIComponent(input)}`;
const ODD_WAYS: ((input: string) => string)[] = [
  (input) => `?batch=1&input=${encodeURIComponent(input)}`,
  (input) => `?input=${encodeURIComponent(input)}&batch=1`,
  (input) => `?input=${encodeURIComponent(input)}&input=%7B%7D`,
  (input) => `?input=${encodeURIComponent(input).replaceAll("%20", "+")}`,
  (input) => `?%69nput=${encodeURIComponent(input)}`,
  (input) => `?input=${encodeURI(input).replaceAll("#", "")}`,
  (input) => `?batch=2&input=${encodeURIComponent(input)}`,
  (input) => `?batch=1input=${encodeURIComponent(input)}`,
  (input) => `?x=1&input=${encodeURIComponent(input)}`,
  (input) => `?input=${encodeURIComponent(input)}%`,
  (input) => `?input=${encodeURIComponent(input)}%E0%A4%A`,
  (input) => `?input=${encodeURIComponent(input)}#input`,
  (input) => `?lastEventId=1&input=${encodeURIComponent(input)}`,
  (input) => `?connectionParams=%7B%7D&input=${encodeURIComponent(input)}`,
  (input) => `?connectionParams=nonsense&input=${encodeURIComponent(input)}`,
  () => "?batch=1",
  () => "?batch=1&",
  () => "?batch=1&input=",
  () => "?input",
  () => "?input=",
  () => "?",
  () => "",
];
const waysToWrite = fc.oneof(
  { weight: 3, arbitrary: fc.constant(usualWay) },
  { weight: 1, arbitrary: fc.constantFrom(...ODD_WAYS) },
);

/** Requests as clients send them, and as nobody should: each part may be odd by itself. */
export function requestsIn(scene: Scene): fc.Arbitrary<Asked> {
  const input = inputsIn(scene);
  const query = fc.tuple(pathOf(fc.constantFrom(...scene.queries)), input, waysToWrite);
  const plainQuery = query.map(([names, value, write]) => ({
    method: "GET",
    path: `/trpc/${names}${write(value, names)}`,
    body: null,
  }));
  const posted = fc
    .tuple(
      fc.oneof(
        { weight: 3, arbitrary: pathOf(fc.constantFrom(...scene.mutations)) },
        { weight: 1, arbitrary: pathOf(fc.constantFrom(...scene.queries)) },
        { weight: 1, arbitrary: pathOf(fc.constantFrom(...scene.mutations, ...scene.queries)) },
      ),
      fc.oneof({ weight: 6, arbitrary: input }, { weight: 1, arbitrary: fc.constantFrom(...ODD_BODIES) }),
      fc.constantFrom(
        "",
        "",
        "",
        "",
        "?batch=1",
        "?batch=1",
        "?batch=0",
        "?input=%7B%7D",
        "?batch=1&batch=2",
      ),
    )
    .map(([names, value, search]) => ({
      method: "POST",
      path: `/trpc/${names}${names.includes(",") && search === "" ? "?batch=1" : search}`,
      body: toBody(value),
    }));
  const odd = fc
    .tuple(fc.constantFrom(...ODD_METHODS), fc.constantFrom(...ODD_PATHS), fc.boolean())
    .map(([method, path, withBody]) => ({
      method,
      path,
      body: withBody && method !== "GET" && method !== "HEAD" ? Buffer.from("{}") : null,
    }));
  return fc
    .tuple(
      fc.oneof(
        { weight: 6, arbitrary: plainQuery },
        { weight: 6, arbitrary: posted },
        { weight: 1, arbitrary: odd },
      ),
      headersIn(scene),
      fc.constantFrom("json", "json", "json", "json", "json", "json", "odd", "none"),
      fc.constantFrom(...ODD_TYPES),
      fc.integer({ min: 0, max: 9 }),
    )
    .map(([{ method, path, body }, headers, kind, oddType, chance]) => {
      const type = kind === "odd" ? oddType : "application/json";
      const hasType = kind !== "none" && (body !== null || chance === 0);
      const length: [string, string][] =
        body === null
          ? method === "POST"
            ? [["Content-Length", "0"]]
            : []
          : chance === 1
            ? [["Transfer-Encoding", "chunked"]]
            : [["Content-Length", String(body.length)]];
      return {
        method,
        path,
        body,
        headers: [...headers, ...(hasType ? [["Content-Type", type] as [string, string]] : []), ...length],
      };
    });
}

function pathOf(name: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 12, arbitrary: name },
    { weight: 6, arbitrary: fc.array(name, { minLength: 2, maxLength: 4 }).map((names) => names.join(",")) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_NAMES) },
    { weight: 1, arbitrary: fc.tuple(name, name).map(([a, b]) => `${a}%2C${b}`) },
    { weight: 1, arbitrary: name.map((each) => `${each}/`) },
    { weight: 1, arbitrary: name.map((each) => each.replace(".", "%2E")) },
  );
}

/** An input as JSON, right or wrong, for one call or for the first calls of a batch. */
function inputsIn({ workspaceId, projectId }: Scene): fc.Arbitrary<string> {
  const ids = fc.constantFrom(
    workspaceId,
    workspaceId,
    workspaceId,
    "0199c0f4-0000-7000-8000-000000000000",
    "x",
  );
  const one = fc.oneof(
    { weight: 4, arbitrary: ids.map((id) => ({ workspaceId: id })) },
    { weight: 2, arbitrary: ids.map((id) => ({ workspaceId: id, projectId, name: "Nýtt \u{1F680} nafn" })) },
    { weight: 1, arbitrary: ids.map((id) => ({ workspaceId: id, limit: 1_000, cursor: "nonsense" })) },
    { weight: 1, arbitrary: fc.jsonValue() },
    { weight: 1, arbitrary: fc.constantFrom({}, null, [], "text", 5, true) },
  );
  const batch = fc.array(one, { maxLength: 3 }).map((each) => Object.fromEntries(each.entries()));
  return fc.oneof(
    { weight: 5, arbitrary: one.map((value) => JSON.stringify(value)) },
    { weight: 4, arbitrary: batch.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.constantFrom(...oddInputs(workspaceId)) },
  );
}

/** One of these values now and then: once in so many requests. */
function maybe(name: string, values: readonly string[], among: number): fc.Arbitrary<[string, string][]> {
  return fc
    .tuple(fc.constantFrom(...values), fc.integer({ min: 1, max: among }))
    .map(([value, chance]): [string, string][] => (chance === 1 ? [[name, value]] : []));
}

function headersIn({ credentials, adminKeys }: Scene): fc.Arbitrary<[string, string][]> {
  return fc
    .tuple(
      fc
        .tuple(
          fc.constantFrom(...credentials),
          fc.constantFrom("Authorization", "authorization", "AUTHORIZATION"),
        )
        .map(([value, name]): [string, string][] => (value === "" ? [] : [[name, value]])),
      maybe("Authorization", credentials.filter(Boolean), 20),
      maybe("X-Admin-Key", adminKeys, 4),
      maybe("Accept", ["*/*", "application/json", "application/jsonl", "text/html, application/jsonl"], 6),
      maybe("trpc-accept", ["application/jsonl", "application/json", "nonsense"], 30),
      maybe("Origin", ["https://app.example.com", "https://evil.test", "null"], 3),
      maybe("X-Request-Id", ["mine_1", "not a word", "x".repeat(65)], 4),
      maybe("X-Request-Id", ["mine_2"], 20),
      maybe("Content-Encoding", ["gzip", "identity"], 40),
      maybe("Idempotency-Key", ["once"], 8),
      maybe("X-Forwarded-For", ["203.0.113.7", "nonsense, ::1"], 8),
      maybe("Cookie", ["__session=nobodys"], 8),
      maybe("Content-Type", ["application/json", "text/plain"], 20),
      maybe("Host", ["localhost", "EXAMPLE.com", "[::1]:3000", "a@b", "1.2.3.999", "a_b.test:80", "x y"], 20),
      maybe("last-event-id", ["1"], 10),
    )
    .map((each) => each.flat());
}

function toBody(text: string): Buffer {
  return text.startsWith("hex:") ? Buffer.from(text.slice(4), "hex") : Buffer.from(text);
}

const ODD_METHODS = ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "GET", "POST", "SEARCH"];
const ODD_NAMES = [
  "",
  ",",
  "me",
  "me.get,",
  ",me.get",
  "ME.GET",
  "me.get.more",
  "toString",
  "__proto__",
  "constructor.name",
  "hasOwnProperty",
  "%",
  "%E0%A4%A",
  "me.get%00",
  "me.get%2f..",
  "me.get;v=1",
  "me.get//",
  "me.get?batch=1",
  "events.subscribe",
  "me.get,projects.create",
  Array.from({ length: 10 }, () => "auth.whoami").join(","),
  Array.from({ length: 11 }, () => "auth.whoami").join(","),
];
const ODD_PATHS = [
  ...ODD_NAMES.map((name) => `/trpc/${name}`),
  "/trpc",
  "/trpc/me.get",
  "/trpc/projects.create",
  "/trpc//me.get",
  "/TRPC/me.get",
  "/trpc/./me.get",
  "/x/../trpc/me.get",
  "/trpc/..",
  "http://elsewhere.test/trpc/me.get",
  "//trpc/me.get",
  "*",
];
const ODD_TYPES = [
  "application/json; charset=utf-8",
  "application/json;charset=utf-16",
  "Application/JSON",
  "application/json ",
  "application/json, text/plain",
  "application/jsonl",
  "application/json-patch+json",
  "text/plain",
  "multipart/form-data; boundary=x",
  "application/octet-stream",
  "application/x-www-form-urlencoded",
];
const ODD_BODIES = [
  "",
  " ",
  "\ufeff{}",
  "hex:efbbbf7b7d",
  "hex:22ff22",
  "hex:7b2261223a22c3287d",
  "{}{}",
  '{"0":1,"__proto__":{"workspaceId":"x"}}',
  `{"name":"${"x".repeat(70_000)}"}`,
  `{"name":"${"x".repeat(1_100_000)}"}`,
];
function oddInputs(workspaceId: string): string[] {
  return [
    "{",
    "nul",
    "[1,",
    '{"a":1}}',
    '"\\ud800"',
    '{"workspaceId":"\\u0000"}',
    `{"workspaceId":"${workspaceId}","__proto__":{}}`,
    `{"workspaceId":"x","workspaceId":"${workspaceId}"}`,
    `{"0":null,"1":[],"2":"text"}`,
    `{"00":{},"-1":{},"length":2}`,
    `{"workspaceId":"${workspaceId}","search":${"[".repeat(200)}${"]".repeat(200)}}`,
    "1e999",
    "9007199254740993",
  ];
}

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLimitedServer } from "../support/limited.ts";
import { testServer } from "../support/server.ts";
import { expectParity, openScene } from "./parity.ts";
import type { Scene } from "./requests.ts";
import { openRoads } from "./roads.ts";
import type { Asked, Roads } from "./roads.ts";

let scene: Scene & Roads;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());

test("any request is answered on the direct lane as tRPC's own adapter answers it", () =>
  expectParity(scene, 600));

const get = (path: string, ...headers: [string, string][]): Asked => ({
  method: "GET",
  path,
  headers,
  body: null,
});
const post = (path: string, body: string, ...headers: [string, string][]): Asked => ({
  method: "POST",
  path,
  headers: [
    ["Content-Type", "application/json"],
    ["Content-Length", String(Buffer.byteLength(body))],
    ...headers,
  ],
  body: Buffer.from(body),
});

/** Whether the lane took it, and its answer, which the other road gives, too. */
async function send(asked: Asked): Promise<{ isTaken: boolean; status: number | undefined }> {
  const before = scene.taken().direct;
  const answer = await scene.direct(asked);
  const isTaken = scene.taken().direct > before;
  expect(answer).toEqual(await scene.official(asked));
  return { isTaken, status: answer.status };
}

describe("the lane takes", () => {
  test.each<[string, Asked, number]>([
    ["a query", get("/trpc/auth.whoami"), 200],
    ["a query with an input", get("/trpc/projects.list?input=%7B%22limit%22%3A5%7D"), 401],
    ["a batch", get("/trpc/auth.whoami,me.get?batch=1&input=%7B%7D"), 207],
    ["a mutation", post("/trpc/projects.create", '{"name":"Atlas"}'), 401],
    ["a query whose input is too long for an address", post("/trpc/auth.whoami", "{}"), 200],
    ["an input that is no JSON", get("/trpc/auth.whoami?input=%7B"), 400],
    ["what a page of another origin asks", get("/trpc/auth.whoami", ["Origin", "https://evil.test"]), 200],
  ])("%s", async (_what, asked, status) => {
    expect(await send(asked)).toEqual({ isTaken: true, status });
  });
});

describe("the lane leaves to tRPC's adapter", () => {
  test.each<[string, Asked, number]>([
    ["an unknown procedure", get("/trpc/me.nothing"), 404],
    ["a mutation by GET", get("/trpc/projects.create"), 405],
    ["a subscription", post("/trpc/events.subscribe", "{}", ["Accept", "application/json"]), 200],
    ["a streamed batch", get("/trpc/auth.whoami?batch=1", ["trpc-accept", "application/jsonl"]), 200],
    ["a batch that is too long", get(`/trpc/${"auth.whoami,".repeat(10)}auth.whoami?batch=1`), 400],
    [
      "a form",
      post("/trpc/accessCodes.redeem", "{}", ["content-type", "multipart/form-data; boundary=x"]),
      415,
    ],
    ["a packed body", post("/trpc/projects.create", "{}", ["Content-Encoding", "gzip"]), 415],
    ["a long body", post("/trpc/projects.create", `{"name":"${"x".repeat(70_000)}"}`), 401],
    ["a name that is written in another way", get("/trpc/auth%2Ewhoami"), 200],
    ["a host that cannot be", get("/trpc/auth.whoami", ["Host", "1.2.3.999"]), 400],
    ["a question whether it would be answered", { ...get("/trpc/auth.whoami"), method: "HEAD" }, 204],
  ])("%s", async (_what, asked, status) => {
    expect(await send(asked)).toEqual({ isTaken: false, status });
  });
});

test("whoever shows two credentials at once shows none that is known, on either road", async () => {
  const [, good = ""] = scene.credentials;
  const twice = get("/trpc/me.get", ["Authorization", good], ["Authorization", good]);
  expect(await send(twice)).toEqual({ isTaken: true, status: 401 });
});

test("whoever has used up his quota is refused on both roads, and both count for it", async () => {
  const server = await openLimitedServer();
  const roads = await openRoads(server.running.services);
  const asked = get("/trpc/me.get", ["Authorization", `Bearer ${await server.signUp()}`]);

  const statuses: (number | undefined)[] = [];
  for (let each = 0; each < 5; each += 1) {
    statuses.push((await roads.direct(asked)).status, (await roads.official(asked)).status);
  }

  expect(statuses).toEqual([...Array.from({ length: 8 }, () => 200), 429, 429]);
  const [direct, official] = [await roads.direct(asked), await roads.official(asked)];
  expect(Number(direct.headers["retry-after"])).toBeGreaterThan(0);
  expect(Object.keys(direct.headers).toSorted()).toEqual(Object.keys(official.headers).toSorted());
  await roads.close();
  await server.stop();
});

test("a body that arrives in pieces is read to its end", async () => {
  const { running } = await testServer();
  const { hostname, port } = new URL(running.url);
  const [, good = ""] = scene.credentials;
  const body = JSON.stringify({
    workspaceId: scene.workspaceId,
    name: `\u{1F680} ${randomBytes(20).toString("hex")}`,
  });
  const bytes = Buffer.from(body);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.write(
    `POST /trpc/projects.create HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: ${good}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${bytes.length}\r\n\r\n`,
  );
  // One piece ends inside the four bytes of the rocket.
  const middle = bytes.indexOf(0xf0) + 2;
  for (const piece of [bytes.subarray(0, middle), bytes.subarray(middle)]) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  let answer = "";
  for await (const part of socket) answer += String(part);

  expect(answer).toContain("HTTP/1.1 200 OK");
  expect(answer).toContain("\u{1F680}");
});

test("a sender who leaves in the middle of his body has asked for nothing, and the server goes on", async () => {
  const { running, log } = await testServer();
  const { hostname, port } = new URL(running.url);
  const { db } = running.services.database;
  const before = await db.project.count();
  const [, good = ""] = scene.credentials;
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.write(
    `POST /trpc/projects.create HTTP/1.1\r\nHost: a\r\nX-Request-Id: leaves-early\r\nAuthorization: ${good}\r\n` +
      `Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"name":`,
  );
  socket.end();

  await expect
    .poll(() => log.lines().find((line) => line["requestId"] === "leaves-early"))
    .toMatchObject({ status: 400 });
  expect(await db.project.count()).toBe(before);
  expect((await scene.direct(get("/trpc/auth.whoami"))).status).toBe(200);
});

test("the log has the same line of a request, whichever road it took", async () => {
  const { log } = await testServer();
  const asked = get("/trpc/me.get?input=%7B%7D", ["X-Request-Id", "both-roads"]);
  await scene.direct(asked);
  await scene.official(asked);

  const lines = log.lines().filter((line) => line["requestId"] === "both-roads");
  const [direct, official] = lines.map((line) => ({ ...line, time: "", ms: 0 }));
  expect(lines).toHaveLength(2);
  expect(direct).toMatchObject({ method: "GET", path: "/trpc/me.get", status: 401 });
  expect(direct).toEqual(official);
});

import {
  AbortError,
  createClient,
  errorOf,
  isAbortError,
  isApiError,
  isNetworkError,
} from "@gatehouse/client";
import type { ConnectionOptions } from "@gatehouse/client";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { listenOnLoopback } from "./fixtures/loopback.ts";
import { openTokenServer } from "./fixtures/token-server.ts";
import type { TokenServer } from "./fixtures/token-server.ts";

const first = "01980000-0000-7000-8000-000000000001";
const second = "01980000-0000-7000-8000-000000000002";

let server: TokenServer;
beforeAll(async () => {
  server = await openTokenServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.seen.length = 0;
  server.projects.length = 0;
});

function signIn(options: Partial<ConnectionOptions> = {}) {
  return createClient({ url: server.url, getToken: () => server.mint("ada", 60), ...options });
}

/** Something that is not the API stands where the client looks for it. */
async function standIn(listener: RequestListener): Promise<string> {
  const other = createServer(listener);
  onTestFinished(() => void other.close());
  return listenOnLoopback(other);
}

describe("calls of one moment", () => {
  test("go out as one request, queries as GET and mutations as POST", async () => {
    const api = signIn();

    await Promise.all([
      api.me.get.query(),
      api.auth.whoami.query(),
      api.workspaces.create.mutate({ name: "Atlas" }).catch(() => {}),
    ]);

    expect(server.seen.map(({ method, paths }) => [method, paths])).toEqual([
      ["GET", ["me.get", "auth.whoami"]],
      ["POST", ["workspaces.create"]],
    ]);
  });

  test("about two workspaces go out as two requests", async () => {
    const api = signIn();

    await Promise.all([
      api.projects.list.query({ workspaceId: first }),
      api.projects.list.query({ workspaceId: second }),
      api.projects.list.query({ workspaceId: first, limit: 5 }),
    ]);

    expect(server.seen).toHaveLength(2);
    expect(server.seen.map(({ url }) => url.includes(first) && url.includes(second))).toEqual([false, false]);
  });

  test("with two tokens go out as two requests", async () => {
    const users = ["ada", "bob"];
    const api = createClient({ url: server.url, getToken: () => server.mint(users.shift() ?? "", 60) });

    const ada = api.me.get.query();
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    const bob = api.me.get.query();

    expect([await ada, await bob]).toMatchObject([{ name: "ada" }, { name: "bob" }]);
  });

  test("are never more in one request than the server takes", async () => {
    const api = signIn();

    const answers = await Promise.all(Array.from({ length: 23 }, () => api.me.get.query()));

    expect(answers).toHaveLength(23);
    expect(server.seen.map(({ paths }) => paths.length)).toEqual([10, 10, 3]);
  });

  test("with long inputs are spread over addresses of at most 2,000 characters", async () => {
    const api = signIn();
    const cursor = "c".repeat(190);

    const lists = Array.from({ length: 10 }, () => api.projects.list.query({ workspaceId: first, cursor }));
    await Promise.all(lists);

    expect(server.seen.length).toBeGreaterThan(1);
    expect(server.seen.every(({ url }) => url.length <= 2_000)).toBe(true);
  });

  test("include a query that is too long for an address, which goes alone and by POST", async () => {
    const api = signIn();

    const tooLong = api.projects.list.query({ workspaceId: first, cursor: "c".repeat(2_000) });

    // The answer is the server's: the query arrived.
    await expect(tooLong).rejects.toMatchObject({ code: "VALIDATION_FAILED", fields: [{ path: "cursor" }] });
    expect(server.seen).toMatchObject([{ method: "POST", paths: ["projects.list"] }]);
    expect(server.seen[0]?.url.length).toBeLessThan(100);
  });
});

describe("a workspace filled in", () => {
  test("is the one that all of its calls are about", async () => {
    const api = signIn();
    const atlas = await api.workspace(first).projects.create.mutate({ name: "Atlas" });

    expect(atlas.workspaceId).toBe(first);
    expect(await api.workspace(first).projects.list.query()).toEqual({ items: [atlas], nextCursor: null });
    expect(await api.workspace(second).projects.list.query()).toEqual({ items: [], nextCursor: null });
  });

  test("leaves out what is not about a workspace, and keeps what is public", async () => {
    const workspace = signIn().workspace(first);

    expect(workspace).not.toHaveProperty("me");
    expect(workspace).not.toHaveProperty("admin");
    expect(await workspace.auth.whoami.query()).toMatchObject({ kind: "user" });
  });
});

describe("a refusal", () => {
  test("narrows by its code and carries what support needs", async () => {
    const error: unknown = await signIn()
      .workspaces.create.mutate({ name: "Atlas" })
      .catch((caught: unknown) => caught);

    expect(isApiError(error)).toBe(true);
    expect(isApiError(error, "SLUG_TAKEN")).toBe(false);
    expect(isApiError(error, "SLUG_TAKEN", "ACCESS_REQUIRED")).toBe(true);
    expect(error).toMatchObject({
      name: "ApiError",
      code: "ACCESS_REQUIRED",
      status: 403,
      path: "workspaces.create",
      requestId: expect.stringMatching(/^request-/),
      message: "Redeem an access code before creating a workspace.",
    });
  });

  test("of an input names the fields", async () => {
    const error: unknown = await signIn()
      .projects.create.mutate({ workspaceId: first, name: "" })
      .catch((caught: unknown) => caught);

    expect(errorOf(error)).toEqual({
      code: "VALIDATION_FAILED",
      message: "The input is not valid.",
      requestId: expect.any(String),
      fields: [{ path: "name", message: expect.any(String) }],
    });
  });

  test("in a batch belongs to its own call and not to its neighbours", async () => {
    const api = signIn();
    const missing = { workspaceId: first, projectId: second };

    const [found, notFound] = await Promise.allSettled([
      api.projects.list.query({ workspaceId: first }),
      api.projects.get.query(missing),
    ]);

    expect(server.seen).toHaveLength(1);
    expect(found.status).toBe("fulfilled");
    expect(notFound).toMatchObject({ status: "rejected", reason: { code: "NOT_FOUND" } });
  });

  test("of the whole request, before any call was looked at, is a refusal of each call", async () => {
    const url = await standIn((_, res) => {
      const problem = { code: "RATE_LIMITED", status: 429, detail: "Too many requests.", request_id: "abc" };
      res.writeHead(429, { "content-type": "application/problem+json" }).end(JSON.stringify(problem));
    });
    const api = createClient({ url });

    const answers = await Promise.allSettled([api.me.get.query(), api.auth.whoami.query()]);

    const refused = { code: "RATE_LIMITED", status: 429, message: "Too many requests.", requestId: "abc" };
    expect(answers).toMatchObject([{ reason: refused }, { reason: refused }]);
  });
});

describe("no answer", () => {
  test("from a server that is not there is a network error", async () => {
    const url = await standIn((req) => req.socket.destroy());

    const error: unknown = await createClient({ url })
      .me.get.query()
      .catch((caught: unknown) => caught);

    expect(isNetworkError(error)).toBe(true);
    expect(isApiError(error)).toBe(false);
    expect(errorOf(error)).toMatchObject({ code: "NETWORK_ERROR", requestId: null, fields: [] });
  });

  test("but a proxy's page is a network error that says so", async () => {
    const url = await standIn((_, res) => {
      res.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad gateway</h1>");
    });

    await expect(createClient({ url }).me.get.query()).rejects.toMatchObject({
      name: "NetworkError",
      status: 502,
    });
  });
});

describe("a call that is aborted", () => {
  test("rejects at once, while its neighbour in the batch gets its answer", async () => {
    const api = signIn();
    const letGo = server.holdNext();
    const leaving = new AbortController();
    const aborted = api.me.get.query(undefined, { signal: leaving.signal });
    const staying = api.me.get.query();
    await vi.waitFor(() => expect(server.seen).toHaveLength(1));

    leaving.abort(new Error("the user left"));

    const error: unknown = await aborted.catch((caught: unknown) => caught);
    expect(isAbortError(error)).toBe(true);
    expect(error).toMatchObject({ name: "AbortError", cause: { message: "the user left" } });
    expect(errorOf(error).code).toBe("ABORTED");
    letGo();
    expect(await staying).toMatchObject({ name: "ada" });
  });

  test("before it is sent is never sent", async () => {
    const api = signIn();
    const leaving = new AbortController();
    const options = { signal: leaving.signal };

    const early = api.projects.create.mutate({ workspaceId: first, name: "Atlas" }, options);
    const neighbour = api.projects.create.mutate({ workspaceId: first, name: "Borealis" });
    leaving.abort();
    const late = api.projects.create.mutate({ workspaceId: first, name: "Cirrus" }, options);

    await expect(early).rejects.toBeInstanceOf(AbortError);
    await expect(late).rejects.toBeInstanceOf(AbortError);
    await neighbour;
    expect(server.projects.map(({ name }) => name)).toEqual(["Borealis"]);
  });
});

describe("a connection", () => {
  test("sends the caller's headers, under its own credential", async () => {
    const sent = vi.fn<(headers: Headers) => void>();
    const api = signIn({
      headers: () => ({ "X-Workspace-Id": first, Authorization: "Bearer somebody-else" }),
      fetch: (url, init) => {
        sent(new Headers(init?.headers));
        return fetch(url, init);
      },
    });

    expect(await api.me.get.query()).toMatchObject({ name: "ada" });
    expect(sent.mock.calls[0]?.[0].get("x-workspace-id")).toBe(first);
  });

  test("tells the request id of each answer", async () => {
    const onRequestId = vi.fn<(requestId: string) => void>();

    await signIn({ onRequestId }).me.get.query();

    expect(onRequestId.mock.calls).toEqual([["request-1"]]);
  });

  test("may be given the server's address with a slash at its end", async () => {
    expect(await signIn({ url: `${server.url}/` }).me.get.query()).toMatchObject({ name: "ada" });
  });
});

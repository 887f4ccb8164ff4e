import { createClient, isNetworkError } from "@gatehouse/client";
import { TRPCUntypedClient } from "@trpc/client";
import type { AnyRouter } from "@trpc/server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { batchLink } from "../../client/src/batch-link.ts";
import { openTokenServer } from "./fixtures/token-server.ts";
import type { TokenServer, Trouble } from "./fixtures/token-server.ts";

const workspaceId = "01980000-0000-7000-8000-000000000001";
const MINUTE_MS = 60_000;

let server: TokenServer;
beforeAll(async () => {
  server = await openTokenServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.seen.length = 0;
  server.projects.length = 0;
});

function signIn(options: { retries?: number; timeoutSeconds?: number } = {}) {
  return createClient({ url: server.url, getToken: () => server.mint("ada", 3_600), ...options });
}

describe("a query that meets with a passing trouble", () => {
  // No pause is left to chance, so that no test waits for one.
  beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
  afterEach(() => void vi.restoreAllMocks());

  const PASSING: Trouble[] = ["lost", "bad gateway", "unavailable", { retryAfterSeconds: 0 }];
  test.each(PASSING)("(%j) is sent again, and its caller sees the answer only", async (trouble) => {
    server.troubleNext(trouble);

    expect(await signIn().me.get.query()).toMatchObject({ name: "ada" });
    expect(server.seen).toHaveLength(2);
  });

  test("is sent three times at most", async () => {
    server.troubleNext("unavailable", "unavailable", "unavailable");

    await expect(signIn().me.get.query()).rejects.toMatchObject({ code: "UNAVAILABLE", status: 503 });
    expect(server.seen).toHaveLength(3);
  });

  test("is sent once where the client was told so", async () => {
    server.troubleNext("lost");

    await expect(signIn({ retries: 0 }).me.get.query()).rejects.toSatisfy(isNetworkError);
    expect(server.seen).toHaveLength(1);
  });

  test("goes out again in one batch with those that failed beside it", async () => {
    const token = server.mint("ada", 60);
    const api = createClient({ url: server.url, getToken: () => token });
    server.troubleNext("lost");

    await Promise.all([api.me.get.query(), api.auth.whoami.query()]);

    expect(server.seen.map(({ paths }) => paths.length)).toEqual([2, 2]);
  });

  test("is sent again as the user who made it, although another one has signed in", async () => {
    const users = ["ada", "bob"];
    const api = createClient({ url: server.url, getToken: () => server.mint(users.shift() ?? "", 60) });
    server.troubleNext("lost");

    expect(await api.me.get.query()).toMatchObject({ name: "ada" });
  });

  test("is given another token where its own has died in the meantime", async () => {
    const tokens = [server.mint("ada", 0), server.mint("ada", 60)];
    const api = createClient({ url: server.url, getToken: () => tokens.shift() });
    server.troubleNext("lost");

    expect(await api.me.get.query()).toMatchObject({ name: "ada" });
    expect(server.seen).toHaveLength(3);
  });

  test("is not sent again once its caller has left", async () => {
    const leaving = new AbortController();
    vi.spyOn(Math, "random").mockReturnValue(0.999);
    server.troubleNext("lost");
    const query = signIn().me.get.query(undefined, { signal: leaving.signal });
    await vi.waitFor(() => expect(server.seen).toHaveLength(1));

    leaving.abort();

    await expect(query).rejects.toMatchObject({ name: "AbortError" });
    expect(server.seen).toHaveLength(1);
  });
});

describe("a limit", () => {
  afterEach(() => void vi.useRealTimers());

  test("that ends in two seconds is waited for, and not a moment less", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    const sentAt: number[] = [];
    const send = (url: string, init?: RequestInit) => {
      sentAt.push(Date.now());
      return fetch(url, init);
    };
    server.troubleNext({ retryAfterSeconds: 2 });

    const query = createClient({
      url: server.url,
      fetch: send,
      timeoutSeconds: Infinity,
    }).auth.whoami.query();
    while (sentAt.length < 2) {
      await new Promise(setImmediate);
      await vi.advanceTimersByTimeAsync(10);
    }

    expect(await query).toMatchObject({ kind: "anonymous" });
    expect(sentAt[1]! - sentAt[0]!).toBeGreaterThanOrEqual(2_000);
  });

  test("that ends in an hour is the answer, at once", async () => {
    server.troubleNext({ retryAfterSeconds: 3_600 });

    await expect(signIn().me.get.query()).rejects.toMatchObject({
      code: "RATE_LIMITED",
      retryAfterSeconds: 3_600,
    });
    expect(server.seen).toHaveLength(1);
  });
});

describe("a mutation", () => {
  test.each<Trouble>(["lost", "bad gateway", "unavailable", { retryAfterSeconds: 0 }])(
    "that meets with trouble (%j) is never sent again: the server may have done it",
    async (trouble) => {
      server.troubleNext(trouble);

      await expect(signIn().projects.create.mutate({ workspaceId, name: "Atlas" })).rejects.toBeInstanceOf(
        Error,
      );

      expect(server.seen).toHaveLength(1);
    },
  );

  test("with an idempotency key is sent again under the same key", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const bodies: unknown[] = [];
    const api = createClient({
      url: server.url,
      adminKey: "master",
      fetch: (url, init) => {
        bodies.push(init?.body);
        return fetch(url, init);
      },
    });
    server.troubleNext("lost");

    // This small server does not have the procedure; that it was asked is all that matters here.
    await api.admin.credits.adjust
      .mutate({ workspaceId, credits: 5, reason: "gift", idempotencyKey: "gift-1" })
      .catch(() => {});

    expect(bodies).toHaveLength(2);
    expect(bodies[1]).toBe(bodies[0]);
    vi.restoreAllMocks();
  });
});

describe("a time limit", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  test("of 30 seconds ends every call that nobody answers", async () => {
    const letGo = server.holdNext();
    const ended = signIn()
      .me.get.query()
      .catch((error: unknown) => error);
    await vi.waitFor(() => expect(server.seen).toHaveLength(1));

    await vi.advanceTimersByTimeAsync(30_000);

    expect(await ended).toMatchObject({
      name: "NetworkError",
      timedOut: true,
      message: "No answer came within 30 seconds.",
    });
    expect(server.seen).toHaveLength(1);
    letGo();
  });

  test("of its own ends one call, and not its neighbour in the batch", async () => {
    const api = signIn({ timeoutSeconds: Infinity });
    const letGo = server.holdNext();
    const hasty = api.me.get.query(undefined, { timeoutSeconds: 1 }).catch((error: unknown) => error);
    const patient = api.me.get.query();
    await vi.waitFor(() => expect(server.seen).toHaveLength(1));

    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
    letGo();

    expect(await hasty).toMatchObject({ timedOut: true });
    expect(await patient).toMatchObject({ name: "ada" });
  });
});

describe("a streamed batch", () => {
  test("hands on each answer as it comes, and a refusal to its own call", async () => {
    const token = server.mint("ada", 60);
    const api = createClient({ url: server.url, stream: true, getToken: () => token });

    const [list, missing] = await Promise.allSettled([
      api.projects.list.query({ workspaceId }),
      api.projects.get.query({ workspaceId, projectId: workspaceId }),
    ]);

    expect(server.seen).toHaveLength(1);
    expect(list).toMatchObject({ status: "fulfilled", value: { items: [] } });
    expect(missing).toMatchObject({ status: "rejected", reason: { code: "NOT_FOUND" } });
  });

  test("has its expired calls renewed like any other", async () => {
    const tokens = [server.mint("ada", 0), server.mint("ada", 60)];
    const api = createClient({ url: server.url, stream: true, getToken: () => tokens.shift() });

    expect(await api.me.get.query()).toMatchObject({ name: "ada" });
    expect(server.seen).toHaveLength(2);
  });
});

test("a file goes out alone and as it is", async () => {
  const sent: { type: string | null; body: unknown }[] = [];
  const link = batchLink({
    url: "http://127.0.0.1:9",
    stream: false,
    headers: () => Promise.resolve({}),
    fetch: (_, init) => {
      const { headers = {}, body } = init ?? {};
      sent.push({ type: new Headers(headers).get("content-type"), body });
      return Promise.resolve(Response.json({ result: { data: "stored" } }));
    },
  });
  const client = new TRPCUntypedClient<AnyRouter>({ links: [link] });
  const form = new FormData();
  form.set("file", new Blob(["hello"]), "hello.txt");

  expect(await client.mutation("files.upload", form)).toBe("stored");
  expect(await client.mutation("files.upload", new Blob(["hello"]))).toBe("stored");

  // The browser writes the boundary of a form into the type itself.
  expect(sent).toEqual([
    { type: null, body: form },
    { type: "application/octet-stream", body: expect.any(Blob) },
  ]);
});

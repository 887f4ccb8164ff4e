import { createClient, forgetToken } from "@gatehouse/client";
import type { GetToken } from "@gatehouse/client";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { claimsOf } from "./fixtures/jwt.ts";
import { openTokenServer } from "./fixtures/token-server.ts";
import type { TokenServer } from "./fixtures/token-server.ts";

const workspaceId = "01980000-0000-7000-8000-000000000001";

let server: TokenServer;
beforeAll(async () => {
  server = await openTokenServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.seen.length = 0;
  server.projects.length = 0;
});

/** A browser's session: it keeps its token until it is asked for a fresh one, as Clerk's does. */
function openSession(user: string, seconds: number) {
  let token = server.mint(user, seconds);
  const getToken = vi.fn<GetToken>(async (options) => {
    await sleep(5);
    if (options?.skipCache === true) token = server.mint(user, 60);
    return token;
  });
  return { getToken, api: createClient({ url: server.url, getToken }) };
}

/** As Clerk's does in a browser: answers from its cache until its own clock says that the token is over. */
function openCache(clockErrorSeconds = 0) {
  let token = "";
  const mint = vi.fn<() => string>(() => server.mint("ada", 1));
  const isOver = () => token === "" || claimsOf(token).exp * 1_000 <= Date.now() + clockErrorSeconds * 1_000;
  const getToken: GetToken = (options) => {
    if (options?.skipCache === true || isOver()) token = mint();
    return Promise.resolve(token);
  };
  return { mint, api: createClient({ url: server.url, getToken }) };
}

function pass(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1_000);
}

describe("a user's token", () => {
  test("goes out with each request and is asked for each time", async () => {
    const { api, getToken } = openSession("ada", 60);

    expect(await api.me.get.query()).toMatchObject({ name: "ada" });
    expect(await api.me.get.query()).toMatchObject({ name: "ada" });

    expect(getToken).toHaveBeenCalledTimes(2);
    expect(getToken).toHaveBeenCalledWith(undefined);
  });

  test("is asked for once by all calls that wait for it", async () => {
    const { api, getToken } = openSession("ada", 60);

    await Promise.all([1, 2, 3, 4, 5].map(() => api.me.get.query()));

    expect(getToken).toHaveBeenCalledTimes(1);
    expect(server.seen).toHaveLength(1);
  });

  test("may be missing, and the call is then anonymous", async () => {
    const api = createClient({ url: server.url, getToken: () => null });

    expect(await api.auth.whoami.query()).toMatchObject({ kind: "anonymous" });
    await expect(api.me.get.query()).rejects.toMatchObject({ code: "UNAUTHORIZED", status: 401 });
  });
});

describe("an expired token", () => {
  test("is renewed once for all whose calls it failed", async () => {
    const { api, getToken } = openSession("ada", 0);

    const answers = await Promise.all([
      api.me.get.query(),
      api.projects.list.query({ workspaceId }),
      api.projects.create.mutate({ workspaceId, name: "Atlas" }),
    ]);

    expect(answers[0]).toMatchObject({ name: "ada" });
    expect(answers[2]).toMatchObject({ name: "Atlas" });
    const fresh = getToken.mock.calls.filter(([options]) => options?.skipCache === true);
    expect(fresh).toHaveLength(1);
    expect(server.projects).toHaveLength(1);
  });

  test("makes only the calls go out again that it failed", async () => {
    const { api } = openSession("ada", 0);

    const [who, me] = await Promise.all([api.auth.whoami.query(), api.me.get.query()]);

    expect(who).toMatchObject({ kind: "anonymous" });
    expect(me).toMatchObject({ name: "ada" });
    expect(server.seen.map(({ paths }) => paths)).toEqual([["auth.whoami", "me.get"], ["me.get"]]);
  });

  test("is tried once more and never twice", async () => {
    const getToken = vi.fn<GetToken>(() => server.mint("ada", 0));
    const api = createClient({ url: server.url, getToken });

    await expect(api.me.get.query()).rejects.toMatchObject({ code: "TOKEN_EXPIRED" });

    expect(server.seen).toHaveLength(2);
    expect(getToken).toHaveBeenCalledTimes(2);
  });

  test("is not sent again where no other one is to be had, which is asked once", async () => {
    const expired = server.mint("ada", 0);
    const getToken = vi.fn<GetToken>(() => sleep(5, expired));
    const api = createClient({ url: server.url, getToken });

    const calls = Array.from({ length: 3 }, () => api.me.get.query());

    await Promise.all(calls.map((call) => expect(call).rejects.toMatchObject({ code: "TOKEN_EXPIRED" })));
    expect(getToken.mock.calls).toEqual([[undefined], [{ skipCache: true }]]);
    expect(server.seen).toHaveLength(1);
  });

  test("stays the answer when the session cannot be asked for another one", async () => {
    const getToken: GetToken = (options) => {
      if (options?.skipCache === true) throw new Error("offline");
      return server.mint("ada", 0);
    };
    const api = createClient({ url: server.url, getToken });

    await expect(api.me.get.query()).rejects.toMatchObject({ code: "TOKEN_EXPIRED" });
  });

  test("found out late uses the new token that an earlier call was given", async () => {
    const { api, getToken } = openSession("ada", 0);
    const letGo = server.holdNext();
    // About different workspaces, so two requests under way with the same token.
    const late = api.projects.list.query({ workspaceId });
    const early = api.projects.list.query({ workspaceId: "01980000-0000-7000-8000-000000000002" });

    await Promise.race([early, late]);
    letGo();
    await Promise.all([early, late]);

    expect(getToken.mock.calls).toEqual([[undefined], [{ skipCache: true }]]);
    expect(server.seen).toHaveLength(4);
  });
});

/** Nobody waits: only the clock is moved, and the network keeps its own time. */
describe("a token of one second", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  test("is renewed while the user looks at the page", async () => {
    const { api, mint } = openCache();

    for (let look = 0; look < 3; look += 1) {
      expect(await api.me.get.query()).toMatchObject({ name: "ada" });
      pass(1.1);
    }

    expect(mint).toHaveBeenCalledTimes(3);
    expect(server.seen).toHaveLength(3);
  });

  test("is renewed by a tab that slept for an hour with its calls on the way", async () => {
    const { api, mint } = openCache();
    const wake = server.delayNext();
    const create = api.projects.create.mutate({ workspaceId, name: "Atlas" });
    await vi.waitFor(() => expect(server.seen).toHaveLength(1));

    pass(3_600);
    wake();

    expect(await create).toMatchObject({ name: "Atlas" });
    expect(mint).toHaveBeenCalledTimes(2);
    expect(server.projects).toHaveLength(1);
  });

  test("is renewed once where the client's clock is a minute behind and believes it still good", async () => {
    const { api, mint } = openCache(-60);
    await api.me.get.query();
    pass(2);

    expect(await Promise.all([api.me.get.query(), api.me.get.query()])).toHaveLength(2);

    expect(mint).toHaveBeenCalledTimes(2);
    expect(server.seen.map(({ paths }) => paths.length)).toEqual([1, 2, 2]);
  });

  test("is used where the client's clock is a minute ahead and believes every token over", async () => {
    const { api, mint } = openCache(60);

    expect(await api.me.get.query()).toMatchObject({ name: "ada" });

    expect(mint).toHaveBeenCalledTimes(1);
    expect(server.seen).toHaveLength(1);
  });

  test("that dies while its batch is on the way fails nothing, and does nothing twice", async () => {
    const { api } = openCache();
    const arrive = server.delayNext();
    const batch = ["Atlas", "Borealis"].map((name) => api.projects.create.mutate({ workspaceId, name }));
    await vi.waitFor(() => expect(server.seen).toHaveLength(1));

    pass(1.1);
    arrive();

    expect(await Promise.all(batch)).toMatchObject([{ name: "Atlas" }, { name: "Borealis" }]);
    expect(server.projects).toHaveLength(2);
  });

  test("that dies while the answer is on the way has done its work: nothing is sent again", async () => {
    const { api } = openCache();
    const answer = server.holdNext();
    const create = api.projects.create.mutate({ workspaceId, name: "Atlas" });
    await vi.waitFor(() => expect(server.seen).toHaveLength(1));

    pass(1.1);
    answer();

    expect(await create).toMatchObject({ name: "Atlas" });
    expect(server.seen).toHaveLength(1);
  });
});

describe("when another user signs in", () => {
  test("what the first one's dead token was refused is not done by the second one", async () => {
    const getToken: GetToken = (options) =>
      options?.skipCache === true ? server.mint("bob", 60) : server.mint("ada", 0);
    const api = createClient({ url: server.url, getToken });

    const create = api.projects.create.mutate({ workspaceId, name: "Atlas" });

    await expect(create).rejects.toMatchObject({ code: "TOKEN_EXPIRED" });

    expect(server.seen).toHaveLength(1);
    expect(server.projects).toEqual([]);
  });

  test("what comes back late to the first one is not done with the token that the second one has", async () => {
    let user = "ada";
    let seconds = 0;
    const api = createClient({ url: server.url, getToken: () => server.mint(user, seconds) });
    const letGo = server.holdNext();
    const create = api.projects.create.mutate({ workspaceId, name: "Atlas" });
    await vi.waitFor(() => expect(server.seen).toHaveLength(1));

    [user, seconds] = ["bob", 60];
    expect(await api.me.get.query()).toMatchObject({ name: "bob" });
    letGo();

    await expect(create).rejects.toMatchObject({ code: "TOKEN_EXPIRED" });
    expect(server.projects).toEqual([]);
  });

  test("a call whose tokens cannot be read is not sent again, for they may be those of two users", async () => {
    const getToken = vi.fn<GetToken>((options) => (options?.skipCache === true ? "oat_bob" : "oat_ada"));
    const api = createClient({ url: server.url, getToken });

    await expect(api.me.get.query()).rejects.toMatchObject({ code: "TOKEN_EXPIRED" });

    expect(getToken).toHaveBeenCalledTimes(2);
    expect(server.seen).toHaveLength(1);
  });

  test("his calls do not wait for the first one's token, and each call goes out as whoever made it", async () => {
    const answers: ((token: string) => void)[] = [];
    const getToken = () => new Promise<string>((resolve) => answers.push(resolve));
    const api = createClient({ url: server.url, getToken });
    const first = api.me.get.query();

    forgetToken(api);
    const second = api.me.get.query();
    answers[1]?.(server.mint("bob", 60));
    expect(await second).toMatchObject({ name: "bob" });
    answers[0]?.(server.mint("ada", 60));

    expect(await first).toMatchObject({ name: "ada" });
  });
});

describe("a refusal for another reason", () => {
  test("is never answered by sending a mutation again", async () => {
    const { api } = openSession("ada", 60);

    await expect(api.workspaces.create.mutate({ name: "Atlas" })).rejects.toMatchObject({
      code: "ACCESS_REQUIRED",
    });

    expect(server.seen).toHaveLength(1);
  });
});

describe("a session that cannot be asked", () => {
  test("gives its own error to the caller, and is asked again by the next call", async () => {
    const broken = new Error("Clerk has not loaded");
    const getToken = vi
      .fn<GetToken>(() => server.mint("ada", 60))
      .mockImplementationOnce(() => {
        throw broken;
      });
    const api = createClient({ url: server.url, getToken });

    await expect(api.me.get.query()).rejects.toBe(broken);

    expect(await api.me.get.query()).toMatchObject({ name: "ada" });
  });
});

describe("keys", () => {
  test("of a workspace need no workspace named", async () => {
    const api = createClient({ url: server.url, apiKey: server.mint("key", 60) });

    const atlas = await api.projects.create.mutate({ name: "Atlas" });

    expect(await api.projects.list.query()).toEqual({ items: [atlas], nextCursor: null });
  });

  test("of the installation open the admin procedures", async () => {
    const right = createClient({ url: server.url, adminKey: "master" });
    const wrong = createClient({ url: server.url, adminKey: "guess" });

    expect(await right.admin.accessCodes.create.mutate()).toMatchObject({ code: "AAAA-BBBB" });
    await expect(wrong.admin.accessCodes.create.mutate()).rejects.toMatchObject({
      code: "INVALID_ADMIN_KEY",
    });
  });
});

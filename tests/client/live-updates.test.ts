import { createClient } from "@gatehouse/client";
import type { Fetch, GetToken } from "@gatehouse/client";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { CLOCK_SKEW_SECONDS } from "../../server/src/identity/token-times.ts";
import { openCable } from "./fixtures/cable.ts";
import { grant } from "../support/credits.ts";
import { watch } from "../support/watch.ts";
import { openWorld } from "../support/world.ts";

test("a stream outlives its tokens and its connections, without a gap and without a repetition", async () => {
  const { ada, people, server, workspaceId } = await openWorld({ ada: "owner" });
  const { sessionId } = people.ada;
  const { fetch, cut, mend } = openCable();
  /** Good for a second or two, and kept for longer. */
  let kept: string | undefined;
  const getToken: GetToken = async (options) => {
    const exp = Math.floor(Date.now() / 1_000) + 2 - CLOCK_SKEW_SECONDS;
    if (options?.skipCache === true) kept = undefined;
    return (kept ??= await server.clerk.mint({ sessionId, exp, iat: exp - 60, nbf: exp - 60 }));
  };
  const page = watch(createClient({ url: server.url, getToken, fetch }), workspaceId);
  const told = () => page.heard.flatMap((event) => (event.kind === "changed" ? [event.subject.id] : []));
  const made: string[] = [];
  await page.hears("ready");

  for (const name of ["Atlas", "Borealis"]) {
    const died = server.as(kept ?? null);
    await vi.waitFor(() => expect(died.me.get.query()).toBeRefused("TOKEN_EXPIRED"), 10_000);
    cut();
    made.push((await ada.projects.create.mutate({ workspaceId, name })).id);
    mend();
    await vi.waitFor(() => expect(told()).toEqual(made), 10_000);
  }

  expect(page.errors).toEqual([]);
  expect(page.actions().filter((action) => action === "ready")).toHaveLength(3);
});

test("what happens to credits and keys is told to those who may see them", async () => {
  const { ada, vic, workspaceId } = await openWorld({ ada: "owner", vic: "viewer" });
  const [owner, viewer] = [watch(ada, workspaceId), watch(vic, workspaceId)];
  await Promise.all([owner.hears("ready"), viewer.hears("ready")]);

  await grant(workspaceId, 100);
  const spend = { workspaceId, credits: 3, reason: "A map", idempotencyKey: "map-1" };
  await ada.credits.spend.mutate(spend);
  const hold = await ada.credits.hold.mutate({ ...spend, idempotencyKey: "map-2" });
  await ada.credits.capture.mutate({ workspaceId, holdId: hold.id });
  const key = await ada.apiKeys.create.mutate({
    workspaceId,
    name: "CI",
    scopes: ["projects:read"],
    tier: "lite",
  });
  await ada.apiKeys.revoke.mutate({ workspaceId, apiKeyId: key.id });
  await ada.projects.create.mutate({ workspaceId, name: "Atlas" });

  await owner.hears(
    "ready",
    "admin.credits.adjust",
    "credits.spend",
    "credits.hold",
    "credits.capture",
    "apiKeys.create",
    "apiKeys.revoke",
    "projects.create",
  );
  await viewer.hears("ready", "projects.create");
  expect(JSON.stringify(owner.heard)).not.toContain(key.secret);
});

/** A server that cannot be reached, seen in a time that passes when the test says so. */
function openNowhere(options: { getToken?: GetToken } = {}) {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  let tries = 0;
  const fetch: Fetch = () => {
    tries += 1;
    return Promise.reject(new TypeError("fetch failed"));
  };
  const api = createClient({ url: "http://127.0.0.1:9", fetch, ...options });
  const triesWithin = async (seconds: number): Promise<number> => {
    tries = 0;
    await vi.advanceTimersByTimeAsync(seconds * 1_000);
    return tries;
  };
  return { api, triesWithin };
}

describe("a connection that is lost", () => {
  test("is tried again, later after each failure, and at least twice a minute", async () => {
    const { api, triesWithin } = openNowhere();
    const page = watch(api, "w");

    // Pauses of half a second, one, two … up to half a minute, each of them less by up to a half.
    expect(await triesWithin(3)).toBeGreaterThanOrEqual(3);
    await triesWithin(60);
    const inTenMinutes = await triesWithin(600);

    expect(inTenMinutes).toBeGreaterThanOrEqual(20);
    expect(inTenMinutes).toBeLessThanOrEqual(41);
    expect(page.errors).toEqual([]);
  });

  test("is not tried again once nobody listens", async () => {
    const { api, triesWithin } = openNowhere();
    const page = watch(api, "w");
    await triesWithin(60);

    page.unsubscribe();

    expect(await triesWithin(600)).toBe(0);
  });

  test("whose reader has no token from the start is an error of the reader's own", async () => {
    const mistake = new Error("clerk is not loaded");
    const { api, triesWithin } = openNowhere({ getToken: () => Promise.reject(mistake) });
    const page = watch(api, "w");

    expect(await triesWithin(60)).toBe(0);

    expect(page.errors).toEqual([mistake]);
  });
});

test("a reader who cannot get a new token while he is offline comes back when he can", async () => {
  const { ada, people, server, workspaceId } = await openWorld({ ada: "owner" });
  const { fetch, isCut, cut, mend } = openCable();
  const getToken: GetToken = () => (isCut() ? Promise.reject(new Error("no network")) : people.ada.token);
  const page = watch(createClient({ url: server.url, getToken, fetch }), workspaceId);
  await page.hears("ready");

  cut();
  await ada.projects.create.mutate({ workspaceId, name: "Atlas" });
  await vi.waitFor(
    () => expect(page.states.filter((state) => state === "connecting")).toHaveLength(3),
    10_000,
  );
  mend();

  await page.hears("ready", "ready", "projects.create");
  expect(page.errors).toEqual([]);
});

test("where fetch cannot stream, as in React Native, a subscription says so at once", async () => {
  const { people, server, workspaceId } = await openWorld({ ada: "owner" });
  const getToken = () => people.ada.token;
  vi.stubGlobal("Response", function ResponseOfReactNative() {});
  onTestFinished(() => void vi.unstubAllGlobals());

  const page = watch(createClient({ url: server.url, getToken }), workspaceId);

  await vi.waitFor(() =>
    expect(page.errors).toMatchObject([
      { name: "NetworkError", message: expect.stringContaining("cannot stream") },
    ]),
  );
});

import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { send } from "./support/raw.ts";
import { ADMIN_KEY, testServer } from "./support/server.ts";
import { snapshot } from "./support/snapshot.ts";
import { signUp } from "./support/world.ts";

/** Webhooks are held back, so that what holds afterwards holds by the call alone. */
async function withoutWebhooks(story: () => Promise<void>): Promise<void> {
  const { clerk } = await testServer();
  await clerk.settled();
  await clerk.options({ paused: true });
  try {
    await story();
  } finally {
    await clerk.options({ paused: false });
  }
}

describe("finding users", () => {
  test("lists them page by page, the newest first", async () => {
    const { admin } = await testServer();
    const ada = await signUp("ada");
    const bob = await signUp("bob");

    const first = await admin.admin.users.list.query({ limit: 1 });
    const second = await admin.admin.users.list.query({ limit: 1, cursor: first.nextCursor ?? "" });

    expect([first.items[0]?.id, second.items[0]?.id]).toEqual([bob.userId, ada.userId]);
  });

  test.each([
    ["a part of the e-mail address", "GRACE-"],
    ["a part of the name", "hopp"],
  ])("searches by %s, in any case", async (_what, search) => {
    const { admin, clerk } = await testServer();
    const email = `grace-${randomUUID()}@example.com`;
    const { id: clerkId } = await clerk.createUser({ email, firstName: "Grace", lastName: "Hopper" });
    await clerk.settled();

    const { items } = await admin.admin.users.list.query({ search });

    expect(items.map((each) => each.clerkId)).toContain(clerkId);
  });

  test("searches by the beginning of the Clerk id, and takes % and _ for themselves", async () => {
    const { admin } = await testServer();
    const ada = await signUp("ada");

    const { items } = await admin.admin.users.list.query({ search: ada.clerkId.slice(0, 20) });
    expect(items.map(({ id }) => id)).toEqual([ada.userId]);

    expect(await admin.admin.users.list.query({ search: "%" })).toMatchObject({ items: [] });
  });

  test("gets one by UUID, by number and by Clerk id", async () => {
    const { admin } = await testServer();
    const ada = await signUp("ada");
    const byId = await admin.admin.users.get.query({ userId: ada.userId });

    for (const userId of [byId.number, String(byId.number), ada.clerkId, ada.userId.toUpperCase()])
      expect(await admin.admin.users.get.query({ userId })).toEqual(byId);
    expect(byId).toMatchObject({ clerkId: ada.clerkId, email: ada.email, banned: false, role: "user" });
  });

  test.each([2_147_483_647, 9_007_199_254_740_991, "9999999999", "user_nobody", randomUUID()])(
    "finds nobody under %s",
    async (userId) => {
      const { admin } = await testServer();
      await expect(admin.admin.users.get.query({ userId })).toBeRefused("NOT_FOUND");
    },
  );

  test.each([0, -1, 1.5, "", "012", "ada", "user_", "user_1/../2"])("is not asked for %j", async (userId) => {
    const { admin } = await testServer();
    await expect(admin.admin.users.get.query({ userId })).toBeRefused("VALIDATION_FAILED");
  });
});

describe("a change holds here when the call returns", () => {
  test("a banned user is refused at once, and his sessions of before stay closed when the ban is lifted", async () => {
    const { admin, clerk } = await testServer();
    const ada = await signUp("ada");

    await withoutWebhooks(async () => {
      expect(await admin.admin.users.ban.mutate({ userId: ada.userId })).toMatchObject({ banned: true });
      await expect(ada.api.me.get.query()).toBeRefused("USER_BANNED");

      expect(await admin.admin.users.unban.mutate({ userId: ada.userId })).toMatchObject({ banned: false });
      await expect(ada.api.me.get.query()).toBeRefused("SESSION_REVOKED");
    });

    // And the webhooks that come afterwards change nothing of it.
    await clerk.settled();
    expect(await admin.admin.users.get.query({ userId: ada.userId })).toMatchObject({ banned: false });
  });

  test("a user who has never come here can be banned by his Clerk id", async () => {
    const { admin, clerk, as } = await testServer();
    await withoutWebhooks(async () => {
      const { id: userId } = await clerk.createUser({ email: `eve-${randomUUID()}@example.com` });
      const { id: sessionId } = await clerk.createSession(userId);
      const token = await clerk.mint({ sessionId });

      await admin.admin.users.ban.mutate({ userId });

      await expect(as(token).me.get.query()).toBeRefused("USER_BANNED");
    });
  });

  test("a deleted user is gone, and so is everything personal", async () => {
    const { admin, running } = await testServer();
    const ada = await signUp("ada");

    await withoutWebhooks(async () => {
      const answer = await admin.admin.users.delete.mutate({ userId: ada.userId });
      expect(answer).toEqual({ clerkId: ada.clerkId, deleted: true });

      await expect(ada.api.me.get.query()).toBeRefused("UNAUTHORIZED");
      await expect(admin.admin.users.get.query({ userId: ada.userId })).toBeRefused("NOT_FOUND");
      await expect(admin.admin.users.delete.mutate({ userId: ada.clerkId })).toBeRefused("NOT_FOUND");
    });
    const rows = JSON.stringify(await snapshot(running.services.database.pool));
    expect(rows).not.toContain(ada.email);
  });

  test("an admin is made and unmade", async () => {
    const { admin } = await testServer();
    const ada = await signUp("ada");

    await withoutWebhooks(async () => {
      await admin.admin.users.setRole.mutate({ userId: ada.userId, role: "admin" });
      expect(await ada.api.me.get.query()).toMatchObject({ role: "admin" });

      await admin.admin.users.setRole.mutate({ userId: ada.userId, role: "user" });
      expect(await ada.api.me.get.query()).toMatchObject({ role: "user" });
    });
  });

  test("metadata is merged at Clerk, and only what is named is touched", async () => {
    const { admin } = await testServer();
    const { userId, clerkId } = await signUp("ada");
    await admin.admin.users.updateMetadata.mutate({
      userId,
      publicMetadata: { plan: { seats: 3, name: "pro" } },
    });

    const change = { publicMetadata: { plan: { seats: 4 } }, privateMetadata: { note: "kind" } };
    const answer = await admin.admin.users.updateMetadata.mutate({ userId, ...change });

    expect(answer).toEqual({
      clerkId,
      publicMetadata: { plan: { seats: 4, name: "pro" } },
      privateMetadata: { note: "kind" },
      unsafeMetadata: {},
    });
  });

  test("each change leaves one line in the audit trail, without a person's data", async () => {
    const { admin, running } = await testServer();
    const ada = await signUp("ada");
    await admin.admin.users.ban.mutate({ userId: ada.userId });
    await admin.admin.users.unban.mutate({ userId: ada.userId });
    await admin.admin.users.setRole.mutate({ userId: ada.userId, role: "admin" });
    await admin.admin.users.updateMetadata.mutate({ userId: ada.userId, privateMetadata: { note: "shy" } });

    const lines = await running.services.database.db.auditEntry.findMany({
      where: { targetId: ada.clerkId },
      orderBy: { id: "asc" },
    });

    const actions = ["ban", "unban", "setRole", "updateMetadata"].map((name) => `admin.users.${name}`);
    expect(lines.map(({ action }) => action)).toEqual(actions);
    expect(JSON.stringify(lines)).not.toMatch(/shy|@example\.com/);
  });
});

describe("a sign-in token", () => {
  test("is in the answer, signs in once, and stands nowhere else", async () => {
    const { admin, log, running } = await testServer();
    const ada = await signUp("ada");

    const ticket = await admin.admin.users.createSignInToken.mutate({
      userId: ada.userId,
      expiresInSeconds: 60,
    });

    const address = `${running.localIdentity?.url ?? ""}/v1/client/sign_ins`;
    const signIn = () =>
      fetch(address, {
        method: "POST",
        body: new URLSearchParams({ strategy: "ticket", ticket: ticket.token }),
      });
    expect([(await signIn()).status, (await signIn()).status]).toEqual([200, 400]);
    expect(ticket).toMatchObject({ clerkId: ada.clerkId });
    expect(log.text()).not.toContain(ticket.token);
    expect(JSON.stringify(await snapshot(running.services.database.pool))).not.toContain(ticket.token);
  });

  test.each([29, 2_592_001, 60.5])("does not live for %s s", async (expiresInSeconds) => {
    const { admin } = await testServer();
    const { userId } = await signUp("ada");
    await expect(admin.admin.users.createSignInToken.mutate({ userId, expiresInSeconds })).toBeRefused(
      "VALIDATION_FAILED",
    );
  });
});

describe("what Clerk says no to changes nothing here", () => {
  const adminHeaders = { "x-admin-key": ADMIN_KEY, "content-type": "application/json" };

  test.each([
    ["429 with a time to wait", { status: 429, retryAfter: 11 }, [503, "UNAVAILABLE", "11"]],
    ["500", { status: 500 }, [503, "UNAVAILABLE", "5"]],
    ["401: our own key is refused", { status: 401 }, [502, "PROVIDER_ERROR", null]],
    ["403: our own key may not do it", { status: 403 }, [502, "PROVIDER_ERROR", null]],
    ["404", { status: 404 }, [404, "NOT_FOUND", null]],
    ["422", { status: 422 }, [400, "VALIDATION_FAILED", null]],
  ])("%s", async (_what, fault, expected) => {
    const { clerk, log, running } = await testServer();
    const ada = await signUp("ada");
    await clerk.settled();
    await clerk.fault({ path: `/v1/users/${ada.clerkId}/ban`, ...fault, times: 1 });
    const before = await snapshot(running.services.database.pool);

    const body = JSON.stringify({ userId: ada.userId });
    const answer = await send("/trpc/admin.users.ban", { method: "POST", body, headers: adminHeaders });

    expect([answer.status, answer.code, answer.headers.get("retry-after")]).toEqual(expected);
    expect(await snapshot(running.services.database.pool)).toEqual(before);
    expect(await ada.api.me.get.query()).toMatchObject({ clerkId: ada.clerkId });
    // Our own key and outages are noted; what a caller asked wrongly is not.
    expect(log.takeErrors().length > 0).toBe(answer.status >= 500);
  });

  test("an id that only looks like one of Clerk's reaches no other address", async () => {
    const { admin } = await testServer();
    await expect(admin.admin.users.delete.mutate({ userId: "user_nobody" })).toBeRefused("NOT_FOUND");
  });
});

import { expect, test } from "vitest";
import { openReceiver, openWorld, clerkFor } from "./support.ts";

test("a user made by the controls is like one who finished sign-up", async () => {
  const { controls, clerk } = await openWorld();
  const { id } = await controls.createUser({
    email: "Ada@Example.com",
    firstName: "Ada",
    publicMetadata: { likesTea: true },
  });

  const ada = await clerk.users.getUser(id);

  expect(id).toMatch(/^user_[0-9A-Za-z]{27}$/);
  expect(ada.primaryEmailAddress?.emailAddress).toBe("ada@example.com");
  expect(ada.primaryEmailAddress?.verification?.status).toBe("verified");
  expect(ada.firstName).toBe("Ada");
  expect(ada.publicMetadata).toEqual({ likesTea: true });
});

test("the SDK creates, updates, lists, counts and deletes users", async () => {
  const { clerk } = await openWorld();
  const ada = await clerk.users.createUser({ emailAddress: ["ada@example.com"], password: "correct horse" });
  const grace = await clerk.users.createUser({ emailAddress: ["grace@example.com"], externalId: "g-1" });
  expect(ada.passwordEnabled).toBe(true);

  const renamed = await clerk.users.updateUser(ada.id, { firstName: "Ada", username: "countess" });
  expect(renamed.firstName).toBe("Ada");
  expect(renamed.updatedAt).toBeGreaterThan(ada.updatedAt);

  const newestFirst = await clerk.users.getUserList();
  expect(newestFirst.data.map((user) => user.id)).toEqual([grace.id, ada.id]);
  expect(newestFirst.totalCount).toBe(2);
  const byMail = await clerk.users.getUserList({ emailAddress: ["ada@example.com", "nobody@example.com"] });
  expect(byMail.data.map((user) => user.id)).toEqual([ada.id]);
  const byQuery = await clerk.users.getUserList({ query: "count" });
  expect(byQuery.data.map((user) => user.id)).toEqual([ada.id]);
  const second = await clerk.users.getUserList({ limit: 1, offset: 1, orderBy: "+created_at" });
  expect(second.data.map((user) => user.id)).toEqual([grace.id]);
  expect(second.totalCount).toBe(2);
  expect(await clerk.users.getCount({ externalId: ["g-1"] })).toBe(1);

  const deleted = await clerk.users.deleteUser(ada.id);
  expect(deleted).toMatchObject({ object: "user", id: ada.id, deleted: true });
  await expect(clerk.users.getUser(ada.id)).rejects.toMatchObject({
    status: 404,
    errors: [{ code: "resource_not_found" }],
  });
});

test("metadata is merged deeply by PATCH and replaced by PUT", async () => {
  const { clerk, controls } = await openWorld();
  const { id } = await controls.createUser({
    email: "ada@example.com",
    publicMetadata: { plan: "free", look: { dark: true, size: 2 } },
    privateMetadata: { note: "kept" },
  });

  const merged = await clerk.users.updateUserMetadata(id, {
    publicMetadata: { plan: null, look: { size: 3 }, camelCase: 1 },
  });
  expect(merged.publicMetadata).toEqual({ look: { dark: true, size: 3 }, camelCase: 1 });
  expect(merged.privateMetadata).toEqual({ note: "kept" });

  const replaced = await clerk.users.replaceUserMetadata(id, { publicMetadata: { only: "this" } });
  expect(replaced.publicMetadata).toEqual({ only: "this" });
  expect(replaced.privateMetadata).toEqual({ note: "kept" });
});

test("a banned user loses every session and gets no new one", async () => {
  const { clerk, controls } = await openWorld();
  const { id } = await controls.createUser({ email: "ada@example.com" });
  const session = await clerk.sessions.createSession({ userId: id });

  expect((await clerk.users.banUser(id)).banned).toBe(true);

  expect((await clerk.sessions.getSession(session.id)).status).toBe("revoked");
  await expect(clerk.sessions.createSession({ userId: id })).rejects.toMatchObject({ status: 403 });
  expect((await clerk.users.unbanUser(id)).banned).toBe(false);
  expect((await clerk.users.lockUser(id)).locked).toBe(true);
  expect((await clerk.users.unlockUser(id)).locked).toBe(false);
});

test("what the API refuses it refuses in Clerk's words", async () => {
  const { local, clerk, controls } = await openWorld();
  await controls.createUser({ email: "ada@example.com" });

  await expect(clerk.users.createUser({ emailAddress: ["ADA@example.com"] })).rejects.toMatchObject({
    status: 422,
    clerkTraceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    errors: [{ code: "form_identifier_exists", meta: { paramName: "email_address" } }],
  });
  await expect(clerk.users.createUser({ emailAddress: ["not an address"] })).rejects.toMatchObject({
    errors: [{ code: "form_param_format_invalid" }],
  });
  await expect(clerk.users.createUser({})).rejects.toMatchObject({ errors: [{ code: "form_data_missing" }] });
  await expect(clerkFor(local, "sk_test_wrong").users.getCount()).rejects.toMatchObject({
    status: 401,
    errors: [{ code: "clerk_key_invalid" }],
  });
  expect(await clerk.users.getCount()).toBe(1);
});

test("a change of the primary address is an update of the user", async () => {
  const world = await openWorld();
  const { clerk, controls, local } = world;
  const { id } = await controls.createUser({ email: "ada@example.com" });
  const receiver = await openReceiver(world);

  const work = await clerk.emailAddresses.createEmailAddress({
    userId: id,
    emailAddress: "ada@work.example",
    verified: true,
    primary: true,
  });
  expect((await clerk.users.getUser(id)).primaryEmailAddress?.emailAddress).toBe("ada@work.example");
  await clerk.emailAddresses.deleteEmailAddress(work.id);
  expect((await clerk.users.getUser(id)).primaryEmailAddress).toBeNull();

  await local.settled();
  expect(receiver.types()).toEqual(["user.updated", "user.updated"]);
});

test("every answer has exactly the content type that the SDK parses", async () => {
  const { local } = await openWorld();
  const headers = { authorization: `Bearer ${local.secretKey}` };
  for (const path of ["/v1/users", "/v1/users/user_none", "/.well-known/jwks.json", "/nowhere"]) {
    const answer = await fetch(local.url + path, { headers });
    expect(answer.headers.get("content-type")).toBe("application/json");
  }
});

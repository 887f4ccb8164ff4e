import { expect, test } from "vitest";
import { testOnPostgres } from "./support/database.ts";
import { openWorld, signUp } from "./support/world.ts";

test("an access code opens the product for as many people as it was made for", async () => {
  const { server, ada, bob, cid } = await openWorld({ ada: "newcomer", bob: "newcomer", cid: "newcomer" });
  const { code } = await server.admin.admin.accessCodes.create.mutate({ label: "Beta", maxRedemptions: 2 });

  expect(await ada.accessCodes.redeem.mutate({ code })).toMatchObject({ hasProductAccess: true });
  expect(await bob.accessCodes.redeem.mutate({ code })).toMatchObject({ hasProductAccess: true });
  await expect(cid.accessCodes.redeem.mutate({ code })).toBeRefused("CODE_INVALID");

  expect(await ada.me.get.query()).toMatchObject({ hasProductAccess: true });
  expect(await cid.me.get.query()).toMatchObject({ hasProductAccess: false });
});

test("a code may be typed in lower case, without dashes, with O for 0 and I or l for 1", async () => {
  const { server, ada } = await openWorld({ ada: "newcomer" });
  const { code } = await server.admin.admin.accessCodes.create.mutate({});

  const typed = code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l");

  expect(await ada.accessCodes.redeem.mutate({ code: ` ${typed} ` })).toMatchObject({
    hasProductAccess: true,
  });
});

test("whoever has access already uses nothing up", async () => {
  const { server, ada, bob } = await openWorld({ ada: "stranger", bob: "newcomer" });
  const { code } = await server.admin.admin.accessCodes.create.mutate({});

  expect(await ada.accessCodes.redeem.mutate({ code })).toMatchObject({ hasProductAccess: true });
  expect(await ada.accessCodes.redeem.mutate({ code: "nonsense" })).toMatchObject({ hasProductAccess: true });

  expect(await bob.accessCodes.redeem.mutate({ code })).toMatchObject({ hasProductAccess: true });
});

test("unknown, used up, expired and revoked codes look alike", async () => {
  const { server, ada, bob } = await openWorld({ ada: "newcomer", bob: "newcomer" });
  const { accessCodes } = server.admin.admin;
  const usedUp = await accessCodes.create.mutate({});
  await bob.accessCodes.redeem.mutate({ code: usedUp.code });
  const expired = await accessCodes.create.mutate({ expiresAt: "2020-01-01T00:00:00.000Z" });
  const revoked = await accessCodes.create.mutate({});
  await accessCodes.revoke.mutate({ accessCodeId: revoked.id });

  const refusals = await Promise.all(
    ["00000-00000-00000-00000", usedUp.code, expired.code, revoked.code].map((code) =>
      ada.accessCodes.redeem
        .mutate({ code })
        .catch((error: Error & { code?: string }) => [error.code, error.message]),
    ),
  );

  expect(new Set(refusals.map(String)).size).toBe(1);
  expect(refusals[0]).toEqual(["CODE_INVALID", "This access code cannot be redeemed."]);
  expect(await ada.me.get.query()).toMatchObject({ hasProductAccess: false });
});

test("the plain code is in the answer of its creation and nowhere else", async () => {
  const { server } = await openWorld({});
  const { code, id, start } = await server.admin.admin.accessCodes.create.mutate({ label: "Once" });

  const { items } = await server.admin.admin.accessCodes.list.query();
  const { rows } = await server.running.services.database.pool.query(
    "SELECT to_jsonb(c)::text AS row FROM access_codes c",
  );

  expect(code.startsWith(start)).toBe(true);
  expect(items[0]).toMatchObject({ id, label: "Once", redemptions: 0 });
  expect(JSON.stringify([items, rows, server.log.text()])).not.toContain(code);
});

test("an access code that does not exist cannot be revoked", async () => {
  const { server } = await openWorld({});
  const nothing = "0199c0f4-0000-7000-8000-000000000000";
  await expect(server.admin.admin.accessCodes.revoke.mutate({ accessCodeId: nothing })).toBeRefused(
    "NOT_FOUND",
  );
});

testOnPostgres("fifty people at once redeem a code for one: one of them gets in", async () => {
  const { server } = await openWorld({});
  const people = await Promise.all(Array.from({ length: 50 }, (_, index) => signUp(`p${index}`)));
  const { code, id } = await server.admin.admin.accessCodes.create.mutate({});

  const outcomes = await Promise.allSettled(people.map(({ api }) => api.accessCodes.redeem.mutate({ code })));

  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const { items } = await server.admin.admin.accessCodes.list.query();
  expect(items.find((each) => each.id === id)).toMatchObject({ redemptions: 1 });
});

testOnPostgres("one person who redeems a code for many ten times at once uses up one", async () => {
  const { server, ada } = await openWorld({ ada: "newcomer" });
  const { code, id } = await server.admin.admin.accessCodes.create.mutate({ maxRedemptions: 50 });

  await Promise.all(Array.from({ length: 10 }, () => ada.accessCodes.redeem.mutate({ code })));

  const { items } = await server.admin.admin.accessCodes.list.query();
  expect(items.find((each) => each.id === id)).toMatchObject({ redemptions: 1 });
});

import { expect, test } from "vitest";
import { reconcile } from "../server/src/mirror/reconcile/reconcile.ts";
import { openOrganization } from "./support/organization.ts";
import { snapshot } from "./support/snapshot.ts";

const NOTHING = { missing: [], changed: [], extra: [] };

/** An organization that four people were invited into; what happens to the invitations from now on is told by no event. */
async function openDeaf() {
  const organization = await openOrganization();
  const { clerk, organizationId, workspaceId, server } = organization;
  const { db } = server.running.services.database;
  const invite = async (name: string) => {
    const emailAddress = `${name}-${workspaceId}@example.com`;
    return clerk.organizations.createOrganizationInvitation({
      organizationId,
      emailAddress,
      role: "org:member",
    });
  };
  const reconciled = (dryRun: boolean) => server.admin.admin.sync.reconcile.mutate({ dryRun });
  const stateOf = async (id: string) =>
    (await db.organizationInvitation.findUnique({ where: { id } }))?.status ?? null;
  const loseEvents = async (work: () => Promise<void>): Promise<void> => {
    await server.clerk.options({ paused: true });
    const known = new Set((await server.clerk.messages()).map(({ id }) => id));
    await work();
    for (const { id, type } of await server.clerk.messages())
      if (!known.has(id))
        await db.webhookEvent.create({ data: { provider: "clerk", id, type, appliedAt: new Date() } });
    await server.clerk.options({ paused: false });
    await server.clerk.settled();
  };
  return { ...organization, db, invite, reconciled, stateOf, loseEvents };
}

test("invitations that no event told of are found, named, and made as they are at Clerk", async () => {
  const { ada, people, clerk, organizationId, workspaceId, server, db, ...deaf } = await openDeaf();
  const revoked = await deaf.invite("revoked");
  const accepted = await deaf.invite("accepted");
  const kept = await deaf.invite("kept");
  await server.clerk.settled();
  let missed = "";
  await deaf.loseEvents(async () => {
    missed = (await deaf.invite("missed")).id;
    const by = { organizationId, requestingUserId: people.ada.clerkId };
    await clerk.organizations.revokeOrganizationInvitation({ ...by, invitationId: revoked.id });
    const { id } = await server.clerk.createUser({ email: accepted.emailAddress });
    await server.clerk.acceptInvitation(accepted.id, id);
  });
  // As if CLERK_ROLE_MAP had said something else when it came.
  await db.organizationInvitation.update({ where: { id: kept.id }, data: { role: "viewer" } });
  const { pool } = server.running.services.database;
  const { sync_runs: _run, ...before } = await snapshot(pool);

  const seen = await deaf.reconciled(true);

  expect(seen.missing).toContain(missed);
  expect(seen.changed).toEqual([kept.id]);
  expect(seen.extra.toSorted()).toEqual([revoked.id, accepted.id].toSorted());
  expect(await snapshot(pool)).toMatchObject(before);

  expect(await deaf.reconciled(false)).toEqual(seen);

  expect(await deaf.stateOf(revoked.id)).toBe("revoked");
  expect(await deaf.stateOf(accepted.id)).toBe("accepted");
  const { items } = await ada.invitations.list.query({ workspaceId });
  expect(items.map(({ email, role }) => `${email.split("-")[0]} as ${role}`)).toEqual([
    "missed as member",
    "kept as member",
  ]);
  expect(await deaf.reconciled(true)).toEqual(NOTHING);
});

test("an invitation that is over here stays over, whatever a slow list of Clerk's still says", async () => {
  const { server, ...deaf } = await openDeaf();
  const { id } = await deaf.invite("closed");
  await server.clerk.settled();
  await deaf.db.organizationInvitation.update({ where: { id }, data: { status: "revoked" } });

  expect(await deaf.reconciled(false)).toEqual(NOTHING);

  expect(await deaf.stateOf(id)).toBe("revoked");
  await deaf.db.organizationInvitation.delete({ where: { id } });
  await deaf.reconciled(false);
  expect(await deaf.stateOf(id)).toBe("pending");
});

test("an invitation that Clerk knows nothing of is over", async () => {
  const { organizationId, server, ...deaf } = await openDeaf();
  const at = new Date();
  const unknown = (id: string, clerkOrganizationId: string) => ({
    id: `${id}-${organizationId}`,
    clerkOrganizationId,
    email: "nobody@example.com",
    role: "member" as const,
    status: "pending" as const,
    clerkUpdatedAt: at,
    createdAt: at,
  });
  const rows = [
    unknown("orginv_gone", organizationId),
    unknown("orginv_orphan", `org_gone_${organizationId}`),
  ];
  await deaf.db.organizationInvitation.createMany({ data: rows });

  const { extra } = await deaf.reconciled(false);

  expect(extra.toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
  for (const { id } of rows) expect(await deaf.stateOf(id)).toBe("revoked");
  expect(await deaf.reconciled(true)).toEqual(NOTHING);
  await server.clerk.settled();
});

test("more invitations than a page holds are compared in pages; Clerk's patience and a stop are no loss", async () => {
  const { organizationId, server, ...deaf } = await openDeaf();
  const page = Array.from({ length: 120 }, (_, index) => `guest${index}`);
  await deaf.loseEvents(async () => {
    for (const name of page) await deaf.invite(name);
  });
  const { database, organizations, now } = server.running.services;
  const waits: number[] = [];
  let failures = 0;
  const tools = {
    db: database.db,
    ...organizations,
    now,
    wait: (milliseconds: number) => Promise.resolve(void waits.push(milliseconds)),
  };
  const path = `/v1/organizations/${organizationId}/invitations`;
  await server.clerk.fault({ path, status: 429, retryAfter: 7, times: 1 });

  await expect(
    reconcile(
      {
        ...tools,
        onProgress: ({ step, compared }) => {
          // After its first page, which is kept.
          if (step === "invitations" && compared >= 100 && failures++ === 0) throw new Error("stopped");
        },
      },
      { dryRun: false },
    ),
  ).rejects.toThrow("stopped");

  expect(waits).toEqual([7_000]);
  expect(await deaf.db.organizationInvitation.count({ where: { clerkOrganizationId: organizationId } })).toBe(
    100,
  );
  const { missing } = await reconcile(tools, { dryRun: false });
  expect(missing).toHaveLength(20);
  expect(await deaf.reconciled(true)).toEqual(NOTHING);
});

import { createClient } from "@gatehouse/client";
import type { Api } from "@gatehouse/client";
import { afterAll, beforeAll, describe, expect } from "vitest";
import type { RunningServer } from "../server/src/start.ts";
import { testOnPostgres } from "./support/database.ts";
import { openSecondNode } from "./support/second-node.ts";
import { testServer } from "./support/server.ts";
import { openWorld } from "./support/world.ts";
import type { Person } from "./support/world.ts";

/** So often that an order that hurts comes up; each time in a workspace of its own. */
const ROUNDS = 15;

describe.skipIf(process.env["TEST_DATABASE_URL"] === undefined)("two servers", () => {
  let second: RunningServer;
  beforeAll(async () => {
    second = await openSecondNode(await testServer());
  });
  afterAll(() => second.stop());
  const elsewhere = ({ token }: Person): Api => createClient({ url: second.url, getToken: () => token });

  /** Two owners and a member; each owner asks his own server. */
  async function openPair() {
    const world = await openWorld({ ada: "owner", bob: "owner", mel: "member" });
    const { people, workspaceId } = world;
    return {
      ...world,
      bob: elsewhere(people.bob),
      adaId: people.ada.userId,
      bobId: people.bob.userId,
      workspaceId,
    };
  }
  type Pair = Awaited<ReturnType<typeof openPair>>;

  const WAYS: Record<string, (pair: Pair) => [Promise<unknown>, Promise<unknown>]> = {
    "both leave": ({ ada, bob, workspaceId }) => [
      ada.workspaces.leave.mutate({ workspaceId }),
      bob.workspaces.leave.mutate({ workspaceId }),
    ],
    "each demotes himself": ({ ada, bob, adaId, bobId, workspaceId }) => [
      ada.members.updateRole.mutate({ workspaceId, userId: adaId, role: "member" }),
      bob.members.updateRole.mutate({ workspaceId, userId: bobId, role: "member" }),
    ],
    "each demotes the other": ({ ada, bob, adaId, bobId, workspaceId }) => [
      ada.members.updateRole.mutate({ workspaceId, userId: bobId, role: "member" }),
      bob.members.updateRole.mutate({ workspaceId, userId: adaId, role: "member" }),
    ],
    "each removes the other": ({ ada, bob, adaId, bobId, workspaceId }) => [
      ada.members.remove.mutate({ workspaceId, userId: bobId }),
      bob.members.remove.mutate({ workspaceId, userId: adaId }),
    ],
    "one leaves and one deletes himself": ({ ada, bob, workspaceId }) => [
      ada.workspaces.leave.mutate({ workspaceId }),
      bob.me.delete.mutate(),
    ],
    "both hand over": ({ ada, bob, people, adaId, workspaceId }) => [
      ada.workspaces.transferOwnership.mutate({ workspaceId, userId: people.mel.userId }),
      bob.workspaces.transferOwnership.mutate({ workspaceId, userId: adaId }),
    ],
  };

  testOnPostgres.each(Object.entries(WAYS))(
    "leave no workspace without an owner when of two owners %s",
    async (_, both) => {
      for (let round = 0; round < ROUNDS; round++) {
        const pair = await openPair();
        const outcomes = await Promise.allSettled(both(pair));
        expect(await ownersOf(pair.workspaceId), JSON.stringify(outcomes)).toBeGreaterThanOrEqual(1);
      }
    },
    120_000,
  );

  testOnPostgres(
    "leave no workspace without an owner when it is handed to somebody who deletes himself",
    async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const { ada, people, workspaceId } = await openWorld({ ada: "owner", mel: "member" });

        await Promise.allSettled([
          ada.workspaces.transferOwnership.mutate({ workspaceId, userId: people.mel.userId }),
          elsewhere(people.mel).me.delete.mutate(),
        ]);

        expect(await ownersOf(workspaceId)).toBe(1);
      }
    },
    120_000,
  );

  testOnPostgres(
    "let an invitation be accepted or revoked, never both",
    async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const { ada, people, workspaceId } = await openWorld({ ada: "owner", bob: "newcomer" });
        const { email } = people.bob;
        const { id: invitationId } = await ada.invitations.create.mutate({
          workspaceId,
          email,
          role: "member",
        });

        const [accepted, revoked] = await Promise.allSettled([
          elsewhere(people.bob).invitations.accept.mutate({ invitationId }),
          ada.invitations.revoke.mutate({ workspaceId, invitationId }),
        ]);

        expect([accepted.status, revoked.status].filter((each) => each === "fulfilled")).toHaveLength(1);
        const { items } = await ada.members.list.query({ workspaceId });
        expect(items).toHaveLength(accepted.status === "fulfilled" ? 2 : 1);
      }
    },
    120_000,
  );

  testOnPostgres("make one open invitation of ten to one address", async () => {
    const { ada, people, workspaceId } = await openWorld({ ada: "owner" });
    const invite = { workspaceId, email: "friend@example.com", role: "viewer" } as const;
    const askers = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? ada : elsewhere(people.ada)));

    await Promise.all(askers.map((api) => api.invitations.create.mutate(invite)));

    expect((await ada.invitations.list.query({ workspaceId })).items).toHaveLength(1);
  });
});

async function ownersOf(workspaceId: string): Promise<number> {
  const { running } = await testServer();
  return running.services.database.db.workspaceMember.count({ where: { workspaceId, role: "owner" } });
}

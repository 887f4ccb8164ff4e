import { isApiError } from "@gatehouse/client";
import type { WorkspaceEvent } from "@gatehouse/client";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openCluster } from "./support/cluster.ts";
import type { Cluster } from "./support/cluster.ts";

const REDIS_URL = process.env["TEST_REDIS_URL"];
const canRun = process.env["TEST_DATABASE_URL"] !== undefined && REDIS_URL !== undefined;

describe.skipIf(!canRun)("three servers behind a balancer", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await openCluster(3, REDIS_URL!);
  });
  afterAll(() => cluster.close());

  /** Somebody who owns a workspace, both made by whichever server was next. */
  async function openShop() {
    const person = await cluster.signUp();
    const { id: workspaceId } = await person.as().workspaces.create.mutate({ name: "Shop" });
    return { ...person, workspaceId };
  }

  /** Asks each server, past the balancer. */
  const everywhere = <T>(ask: (url: string) => Promise<T>): Promise<T[]> =>
    Promise.all(cluster.nodes.map(({ url }) => ask(url)));

  test("what is written by one is read by the next", async () => {
    const { as, workspaceId } = await openShop();
    for (let round = 1; round <= 6; round++) {
      const { id } = await as().projects.create.mutate({ workspaceId, name: `Project ${round}` });

      const lists = await everywhere((url) => as(url).projects.list.query({ workspaceId }));

      expect(lists.map(({ items }) => items[0]?.id)).toEqual([id, id, id]);
    }
  });

  test("the calls of a key are counted together", async () => {
    const { as, workspaceId } = await openShop();
    const { secret } = await as().apiKeys.create.mutate({
      workspaceId,
      name: "Robot",
      scopes: ["projects:read"],
      tier: "lite",
    });
    const ask = async (): Promise<number> => {
      const headers = { authorization: `Bearer ${secret}` };
      return (await fetch(`${cluster.proxy.url}/trpc/projects.list`, { headers })).status;
    };

    const statuses = await Promise.all(Array.from({ length: 150 }, ask));

    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect(statuses.filter((status) => status === 429)).toHaveLength(50);
  });

  test("a role that one takes away is gone on all of them", async () => {
    const { as, workspaceId } = await openShop();
    const mel = await cluster.signUp();
    const invitation = await as().invitations.create.mutate({
      workspaceId,
      email: mel.email,
      role: "member",
    });
    await mel.as().invitations.accept.mutate({ invitationId: invitation.id });
    const project = { workspaceId, name: "Mel's" };
    await everywhere((url) => mel.as(url).projects.create.mutate(project));

    await as().members.updateRole.mutate({ workspaceId, userId: mel.userId, role: "viewer" });

    await vi.waitFor(async () => {
      const outcomes = await everywhere((url) => outcomeOf(mel.as(url).projects.create.mutate(project)));
      expect(outcomes).toEqual(["FORBIDDEN", "FORBIDDEN", "FORBIDDEN"]);
    }, 5_000);
    const before = await as().projects.list.query({ workspaceId });
    await expect(mel.as().projects.create.mutate(project)).toBeRefused("FORBIDDEN");
    expect(await as().projects.list.query({ workspaceId })).toEqual(before);
  });

  test("a user who is banned at Clerk is refused by all of them, whichever took the webhook, and its copies change nothing", async () => {
    const { as, clerkId } = await openShop();
    await everywhere((url) => as(url).me.get.query());

    await cluster.sdk.users.banUser(clerkId);
    await cluster.clerk.settled();

    await vi.waitFor(async () => {
      const outcomes = await everywhere((url) => outcomeOf(as(url).me.get.query()));
      expect(outcomes).toEqual(["USER_BANNED", "USER_BANNED", "USER_BANNED"]);
    }, 5_000);
    const told = (await cluster.clerk.messages()).findLast(({ type }) => type === "user.updated")!;
    for (let copy = 0; copy < cluster.nodes.length; copy++) await cluster.clerk.replay(told.id);
    await cluster.clerk.settled();
    const event = await cluster.admin.admin.webhooks.get.query({ provider: "clerk", id: told.id });
    expect(event).toMatchObject({ type: "user.updated", outcome: "applied", attempts: 1 });
  });

  test("a stream goes on by another server when its own is killed, and misses nothing", async () => {
    const { as, workspaceId } = await openShop();
    const heard: WorkspaceEvent[] = [];
    const names = (): string[] => heard.map((each) => (each.kind === "changed" ? each.action : each.kind));
    const subscription = as().events.subscribe.subscribe(
      { workspaceId },
      { onData: (event) => heard.push(event) },
    );
    await vi.waitFor(() => expect(names()).toEqual(["ready"]), 10_000);
    const holder = cluster.nodes.find(({ url }) => cluster.proxy.underWayFrom(url) > 0)!;

    const { id: projectId } = await as().projects.create.mutate({ workspaceId, name: "Before" });
    await vi.waitFor(() => expect(names()).toEqual(["ready", "projects.create"]), 10_000);
    await cluster.restart(holder);
    await as().projects.update.mutate({ workspaceId, projectId, name: "Meanwhile" });
    await as().projects.archive.mutate({ workspaceId, projectId });

    const all = ["ready", "projects.create", "projects.update", "projects.archive"];
    await vi.waitFor(
      () => expect(names().filter((name, at) => name !== "ready" || at === 0)).toEqual(all),
      20_000,
    );
    subscription.unsubscribe();
  });
});

/** The code of a refusal, or that there was none. */
async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "done";
  } catch (error) {
    return isApiError(error) ? error.code : String(error);
  }
}

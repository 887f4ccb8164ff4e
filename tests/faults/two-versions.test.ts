import { createClient, isApiError } from "@gatehouse/client";
import type { Api } from "@gatehouse/client";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBalancer } from "../support/proxy.ts";
import type { Balancer } from "../support/proxy.ts";
import { expectNothingLost, keepSpending } from "./parts/callers.ts";
import { buildNextRelease } from "./parts/next-release.ts";
import type { NextRelease } from "./parts/next-release.ts";
import type { Node } from "./parts/node.ts";
import { openScene } from "./parts/scene.ts";
import type { Scene } from "./parts/scene.ts";

let next: NextRelease;
let scene: Scene;
let balancer: Balancer;
let servers: [Node, Node];
beforeAll(async () => {
  next = await buildNextRelease();
  scene = await openScene({ env: { DRAIN_SECONDS: "1" } });
  servers = [scene.node, await scene.another()];
  balancer = await openBalancer(servers.map(({ url }) => url));
}, 600_000);
afterAll(async () => {
  await balancer.close();
  await scene.close();
  await next.remove();
});

/** As an operator does it: stop one, start another version in its place, and wait until the load balancer has seen it. */
async function replace(at: 0 | 1, checkout?: string): Promise<void> {
  const port = Number(new URL(servers[at].url).port);
  expect(await servers[at].stop()).toBe(0);
  servers[at] = await scene.another({ port, ...(checkout === undefined ? {} : { checkout }) });
  await expect.poll(() => balancer.ready().length).toBe(2);
}

/** Somebody who makes projects, changes them and looks at them, without a pause. */
function keepWorking(api: Api, workspaceId: string) {
  const over = new AbortController();
  const seen = { rounds: 0, refused: [] as string[] };
  const work = async (): Promise<void> => {
    const name = `Round ${seen.rounds}`;
    const { id: projectId } = await api.projects.create.mutate({ workspaceId, name });
    await api.projects.update.mutate({ workspaceId, projectId, name: `${name}, changed` });
    const { items } = await api.projects.list.query({ workspaceId, limit: 5 });
    expect(items.map(({ id }) => id)).toContain(projectId);
    expect(await api.projects.get.query({ workspaceId, projectId })).toMatchObject({
      name: `${name}, changed`,
    });
    await api.projects.delete.mutate({ workspaceId, projectId });
  };
  const working = (async () => {
    for (; !over.signal.aborted; seen.rounds += 1)
      await work().catch((error: unknown) =>
        seen.refused.push(isApiError(error) ? error.code : String(error)),
      );
  })();
  return {
    seen,
    /** Resolves once both servers must have had a share. */
    more: async (rounds = 20) => {
      for (const enough = seen.rounds + rounds; seen.rounds < enough;) await sleep(10);
    },
    stop: async () => {
      over.abort();
      await working;
    },
  };
}

test("two versions serve side by side while the tables change under both, and nobody is refused", async () => {
  const { getToken, pool, workspaceId } = scene;
  const api = createClient({ url: balancer.url, getToken, retries: 0 });
  const spenders = keepSpending([api, api], workspaceId);
  const worker = keepWorking(api, workspaceId);
  await worker.more();

  // Expand: the first server of the next release adds a column while the other one serves.
  await replace(0, next.checkout);
  await worker.more();
  const colors = await madeAt(servers, workspaceId);
  expect(colors).toEqual(["green", "blue"]);

  // And back: the version of before does not mind a migration that it does not know.
  await replace(0);
  await worker.more();
  await replace(0, next.checkout);
  await replace(1, next.checkout);
  await worker.more();

  // Contract: the release after it takes away what nobody reads any more, beside one that does not read it.
  await next.addMigration("29990102000000_no_descriptions", "ALTER TABLE projects DROP COLUMN description;");
  await replace(0, next.checkout);
  await worker.more();
  await replace(1, next.checkout);
  await worker.more();

  await worker.stop();
  const tally = await spenders.stop();
  console.log(`${worker.seen.rounds} projects, ${tally.acknowledged.length} spends acknowledged`);
  expect(worker.seen.refused).toEqual([]);
  expect(tally.failures).toEqual({});
  await expectNothingLost(pool, tally);
});

test("two releases back is too far: what that version reads is not there any more", async () => {
  const { getToken, workspaceId } = scene;
  const { url, kill } = await scene.another();
  const api = createClient({ url, getToken, retries: 0 });

  await expect(api.projects.list.query({ workspaceId })).toBeRefused("INTERNAL");
  await kill();
});

/** What each server's version makes of a new project, as it stands in the table. */
async function madeAt(nodes: readonly Node[], workspaceId: string): Promise<string[]> {
  const colors: string[] = [];
  for (const { url } of nodes) {
    const api = createClient({ url, getToken: scene.getToken, retries: 0 });
    const { id } = await api.projects.create.mutate({ workspaceId, name: "A colour" });
    const { rows } = await scene.pool.query<{ color: string }>("SELECT color FROM projects WHERE id = $1", [
      id,
    ]);
    colors.push(rows[0]!.color);
  }
  return colors;
}

import { createClient } from "@gatehouse/client";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { keepSpending } from "./parts/callers.ts";
import { openScene } from "./parts/scene.ts";

const MINUTES = Number(process.env["SOAK_MINUTES"] ?? 10);
/** What a minute may add, once the server is warm: the collector's own breathing is of this size. */
const MOST_GROWTH = 0.1;

interface Size {
  megabytes: number;
  descriptors: number;
}

async function sizeOf(pid: number): Promise<Size> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const [, kilobytes = "0"] = /VmRSS:\s+(\d+)/.exec(status) ?? [];
  return {
    megabytes: Math.round(Number(kilobytes) / 1_024),
    descriptors: (await readdir(`/proc/${pid}/fd`)).length,
  };
}

test.skipIf(process.platform !== "linux")(
  `after ${MINUTES} minutes under load the server holds no more memory and no more descriptors than after the first third`,
  async () => {
    const scene = await openScene();
    const { api, node, workspaceId } = scene;
    const strangers = Array.from({ length: 4 }, () =>
      createClient({ url: node.url, retries: 0, getToken: () => `bad.${Math.random()}.token` }),
    );
    const over = new AbortController();
    const reading = Array.from({ length: 4 }, async () => {
      while (!over.signal.aborted)
        await Promise.all([api.me.get.query(), api.projects.list.query({ workspaceId })]);
    });
    const refused = strangers.map(async (stranger) => {
      while (!over.signal.aborted) await stranger.me.get.query().catch(() => sleep(20));
    });
    const callers = keepSpending([api, api], workspaceId);

    const sizes: Size[] = [];
    for (let step = 0; step < 60; step++) {
      await sleep((MINUTES * 60_000) / 60);
      sizes.push(await sizeOf(node.pid));
    }
    over.abort();
    await Promise.all([callers.stop(), ...reading, ...refused]);
    await scene.close();

    const early = most(sizes.slice(10, 30));
    const late = most(sizes.slice(-20));
    console.log(
      `memory and descriptors, minute by minute: ${JSON.stringify(sizes.filter((_, at) => at % 6 === 5))}`,
    );
    expect(late.megabytes).toBeLessThan(early.megabytes * (1 + MOST_GROWTH));
    expect(late.descriptors).toBeLessThanOrEqual(early.descriptors + 10);
  },
);

function most(sizes: readonly Size[]): Size {
  return {
    megabytes: Math.max(...sizes.map(({ megabytes }) => megabytes)),
    descriptors: Math.max(...sizes.map(({ descriptors }) => descriptors)),
  };
}

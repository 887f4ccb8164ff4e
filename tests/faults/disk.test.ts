import { execFileSync } from "node:child_process";
import { mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { expectNothingLost, keepSpending } from "./parts/callers.ts";
import { openCluster } from "./parts/cluster.ts";
import { ready } from "./parts/node.ts";
import { openScene } from "./parts/scene.ts";

/** A small disk is one in memory, which only root may mount. */
const MAY_MOUNT = process.platform === "linux" && userInfo().uid === 0;

test.skipIf(!MAY_MOUNT)(
  "when PostgreSQL's disk is full, writers are told to come again, and nothing acknowledged is lost",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "gatehouse-disk-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=160m", "tmpfs", folder]);
    try {
      const cluster = await openCluster({ folder, settings: { max_wal_size: "8MB" } });
      const scene = await openScene({ cluster });
      const callers = keepSpending([scene.api, scene.api, scene.api, scene.api], scene.workspaceId);
      await callers.more(100);

      const { bavail, bsize } = await statfs(folder);
      const ballast = join(folder, "ballast");
      await writeFile(ballast, Buffer.alloc(bavail * bsize)).catch(() => undefined);
      while (Object.keys(callers.tally.failures).length === 0)
        await scene.api.me.get.query().catch(() => null);
      expect((await fetch(`${scene.node.url}/healthz`)).status).toBe(200);

      await rm(ballast);
      // PostgreSQL itself goes down where it cannot write its log; whoever runs it starts it again.
      await cluster.stop("immediate").catch(() => undefined);
      await cluster.start();
      await ready(scene.node);
      await callers.more(100);
      const tally = await callers.stop();
      expect(
        Object.keys(tally.failures).filter((code) => code !== "UNAVAILABLE" && code !== "NETWORK"),
      ).toEqual([]);
      await expectNothingLost(scene.pool, tally);
      await scene.close();
    } finally {
      execFileSync("umount", ["-l", folder]);
      await rm(folder, { recursive: true, force: true });
    }
  },
);

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "../../support/free-port.ts";

/** A Redis of the test's own. */
export interface RedisProcess {
  url: string;
  start: () => Promise<void>;
  kill: () => Promise<void>;
  /** It hangs: connections stay open and nothing answers. */
  freeze: () => void;
  thaw: () => void;
  ask: <T>(question: (redis: Redis) => Promise<T>) => Promise<T>;
}

export async function openRedisProcess(): Promise<RedisProcess> {
  const port = await freePort();
  let child: ChildProcess;
  const ask: RedisProcess["ask"] = async (question) => {
    const redis = new Redis(port, "127.0.0.1", { retryStrategy: () => null, lazyConnect: true });
    redis.on("error", () => undefined);
    try {
      await redis.connect();
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  };
  const start = async (): Promise<void> => {
    const words = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    child = spawn("redis-server", words, { stdio: "ignore", cwd: tmpdir() });
    while (!(await ask((redis) => redis.ping()).then(Boolean, () => false))) await sleep(20);
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill: async () => {
      child.kill("SIGKILL");
      await once(child, "close");
    },
    freeze: () => child.kill("SIGSTOP"),
    thaw: () => child.kill("SIGCONT"),
    ask,
  };
}

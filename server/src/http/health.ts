import type { Hono } from "hono";
import type { Services } from "../services.ts";
import type { Door } from "./door.ts";

/** How long a check may take before what it asks counts as not there. */
const PATIENCE_MS = 2_000;
/** Anybody may ask, as often as he likes: who asks within this time gets the answer of before. */
const GOOD_FOR_MS = 1_000;

/** `/healthz`: this process answers. `/readyz`: it can serve, because its database and its key set do. */
export function addHealth(app: Hono<Door>, { database, keySet, lifecycle }: Services): void {
  const check = remember(() =>
    Promise.all([holds(() => database.ping().then(() => true)), holds(() => keySet.isReady())]),
  );
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", async (c) => {
    const [databaseIsUp, keysAreThere] = await check();
    const checks = {
      database: databaseIsUp,
      keys: keysAreThere,
      serving: lifecycle.isWarm && !lifecycle.stopping,
    };
    const isReady = Object.values(checks).every(Boolean);
    if (!isReady) c.header("Retry-After", "1");
    return c.json({ status: isReady ? "ready" : "not ready", checks }, isReady ? 200 : 503);
  });
}

async function holds(check: () => Promise<boolean>): Promise<boolean> {
  const tooLate = new Promise<false>((resolve) => setTimeout(() => resolve(false), PATIENCE_MS).unref());
  return Promise.race([check().catch(() => false), tooLate]);
}

/** Whoever asks meanwhile, or shortly after, shares the question and its answer. */
function remember<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let answer: Promise<Answer> | undefined;
  let oldAt = 0;
  return () => {
    if (answer !== undefined && performance.now() < oldAt) return answer;
    oldAt = Infinity;
    answer = ask().finally(() => (oldAt = performance.now() + GOOD_FOR_MS));
    return answer;
  };
}

import { setTimeout as sleep } from "node:timers/promises";
import { deliver } from "./deliver.ts";
import type { Sent } from "./deliver.ts";

export interface Storm {
  /** Stands in all ids, so that storms of one test file do not meet. */
  name: string;
  events: number;
  users: number;
  servers: NonNullable<Sent["server"]>[];
}

/** As many as are on their way at once. */
const AT_ONCE = 64;
const AT = 1_744_276_393_644;
/** Coprime with the number of events: it takes them all, in an order that has nothing to do with time. */
const STRIDE = 7_919;

/** What the last event of each user says of him. */
export function newestNames({ name, events, users }: Storm): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: users }, (_, user) => [`user_${name}${user}`, `Name ${events - users + user}`]),
  );
}

/**
 * Every user changes his name again and again, and Clerk tells of each change: 64 messages on their way at a time, out of
 * order, to all servers in turn, and each of them again until it is taken.
 *
 * @returns how often a server had no room for a message
 */
export async function sendStorm({ name, events, users, servers }: Storm): Promise<number> {
  let next = 0;
  let refused = 0;
  const sender = async (): Promise<void> => {
    while (next < events) {
      const turn = next++;
      const index = (turn * STRIDE) % events;
      const data = {
        id: `user_${name}${index % users}`,
        first_name: `Name ${index}`,
        updated_at: AT + index,
      };
      const body = JSON.stringify({ type: "user.updated", data, timestamp: AT + index });
      const server = servers[turn % servers.length]!;
      for (;;) {
        const answer = await deliver(body, { id: `msg_${name}${index}`, server });
        await answer.arrayBuffer();
        if (answer.status === 200) break;
        if (answer.status !== 503 || answer.headers.get("retry-after") !== "5")
          throw new Error(`the answer was ${answer.status}`);
        refused += 1;
        // Svix would wait for five seconds.
        await sleep(20);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  return refused;
}

/** Goes on asking while something is under way; how often it was answered, and as what. */
export async function askDuring(
  work: Promise<unknown>,
  ask: () => Promise<number>,
): Promise<Map<number, number>> {
  const seen = new Map<number, number>();
  const life = { isOver: false };
  void work.finally(() => (life.isOver = true)).catch(() => {});
  do {
    const status = await ask();
    seen.set(status, (seen.get(status) ?? 0) + 1);
    await sleep(50);
  } while (!life.isOver);
  return seen;
}

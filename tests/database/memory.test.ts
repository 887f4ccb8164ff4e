import fc from "fast-check";
import { EventEmitter, once } from "node:events";
import { beforeEach, describe, expect, test } from "vitest";
import { openChanges } from "../../server/src/database/changes.ts";
import type { Changes } from "../../server/src/database/changes.ts";
import { openMemory } from "../../server/src/database/memory.ts";
import type { Memory } from "../../server/src/database/memory.ts";
import type { Subject } from "../../server/src/database/rights.ts";

interface Version {
  who: string;
  version: number;
}

/** A place that changes are heard from, as long as it is on. */
interface Ear {
  changes: Changes;
  turn: (on: boolean) => void;
}

function openEar(): Ear {
  const knob = new EventEmitter();
  const changes = openChanges(({ begun, lost }) => {
    knob.on("turn", (on) => (on ? begun() : lost()));
    begun();
    return () => Promise.resolve();
  });
  return { changes, turn: (on) => knob.emit("turn", on) };
}

let ear: Ear;
let ms: number;
let wallMs: number;
let memory: Memory<Version>;

function open(most?: number): Memory<Version> {
  return openMemory({
    changes: ear.changes,
    clocks: { now: () => new Date(wallMs), monotonicMs: () => ms },
    about: ({ who, version }): Subject[] | null => (version < 0 ? null : [`user:${who}`]),
    ...(most === undefined ? {} : { most }),
  });
}

beforeEach(() => {
  ear = openEar();
  [ms, wallMs] = [5_000, 1_800_000_000_000];
  memory = open();
});

const tell = (...who: string[]) => ear.changes.tellOwn(JSON.stringify(who.map((each) => `user:${each}`)));
const versionOf = (who: string, version: number) => () => Promise.resolve({ who, version });

/** A question to the database whose answer takes as long as the test likes. */
function slowly(who: string, version: number) {
  const bell = new EventEmitter();
  const answered = once(bell, "answer").then(() => ({ who, version }));
  return { read: () => answered, answer: () => bell.emit("answer") };
}

describe("what was read", () => {
  test("is not read again", async () => {
    await memory.recall("ada", versionOf("ada", 1));
    expect(await memory.recall("ada", versionOf("ada", 2))).toMatchObject({ version: 1 });
    expect(memory.counts()).toEqual({ remembered: 1, hits: 1, misses: 1, drops: 0 });
  });

  test("is forgotten when somebody whom it is about has changed, and nobody else", async () => {
    for (const who of ["ada", "bob"]) await memory.recall(who, versionOf(who, 1));
    tell("ada", "eve");
    expect(await memory.recall("ada", versionOf("ada", 2))).toMatchObject({ version: 2 });
    expect(await memory.recall("bob", versionOf("bob", 2))).toMatchObject({ version: 1 });
  });

  test.each(["all", "not JSON", '{"user":1}', '["project:1"]', ""])(
    "is forgotten altogether when nobody knows what has changed: %j",
    async (said) => {
      for (const who of ["ada", "bob"]) await memory.recall(who, versionOf(who, 1));
      ear.changes.tellOwn(said);
      expect(memory.counts()).toMatchObject({ remembered: 0, drops: 2 });
    },
  );

  test("is believed for half a minute, whatever is told or not", async () => {
    await memory.recall("ada", versionOf("ada", 1));
    ms += 29_999;
    expect(await memory.recall("ada", versionOf("ada", 2))).toMatchObject({ version: 1 });
    ms += 1;
    expect(await memory.recall("ada", versionOf("ada", 2))).toMatchObject({ version: 2 });
  });

  test("is not believed for longer after a sleep, or after the clock was set back", async () => {
    await memory.recall("ada", versionOf("ada", 1));
    wallMs += 30_000;
    expect(await memory.recall("ada", versionOf("ada", 2))).toMatchObject({ version: 2 });
    wallMs -= 3_600_000;
    ms += 30_000;
    expect(await memory.recall("ada", versionOf("ada", 3))).toMatchObject({ version: 3 });
  });

  test("is as old as its question, not as its answer", async () => {
    const { read, answer } = slowly("ada", 1);
    const asked = memory.recall("ada", read);
    ms += 20_000;
    answer();
    await asked;
    ms += 10_000;
    expect(await memory.recall("ada", versionOf("ada", 2))).toMatchObject({ version: 2 });
  });

  test("goes to make room for what is used more, and leaves no trace", async () => {
    memory = open(2);
    for (const who of ["ada", "bob", "ada", "eve"]) await memory.recall(who, versionOf(who, 1));
    expect(await memory.recall("ada", versionOf("ada", 2))).toMatchObject({ version: 1 });
    expect(await memory.recall("bob", versionOf("bob", 2))).toMatchObject({ version: 2 });
    expect(memory.counts()).toMatchObject({ remembered: 2, drops: 0 });
  });

  test("is not remembered where it is nothing, or about nobody", async () => {
    expect(await memory.recall("eve", () => Promise.resolve(null))).toBeNull();
    await memory.recall("eve", versionOf("eve", -1));
    expect(await memory.recall("eve", versionOf("eve", 1))).toMatchObject({ version: 1 });
    expect(memory.counts().hits).toBe(0);
  });
});

describe("while something is being read", () => {
  test("whoever asks the same waits for that answer", async () => {
    const { read, answer } = slowly("ada", 1);
    const first = memory.recall("ada", read);
    const second = memory.recall("ada", versionOf("ada", 2));
    answer();
    expect([await first, await second]).toMatchObject([{ version: 1 }, { version: 1 }]);
  });

  test("and something changes, the answer is given to those who waited and not remembered", async () => {
    const { read, answer } = slowly("ada", 1);
    const asked = memory.recall("ada", read);
    tell("somebody else");
    answer();
    expect(await asked).toMatchObject({ version: 1 });
    expect(memory.counts().remembered).toBe(0);
  });

  test("and something changes, whoever comes afterwards reads anew", async () => {
    const { read, answer } = slowly("ada", 1);
    const asked = memory.recall("ada", read);
    tell("ada");
    expect(await memory.recall("ada", versionOf("ada", 2))).toMatchObject({ version: 2 });
    answer();
    await asked;
    expect(await memory.recall("ada", versionOf("ada", 3))).toMatchObject({ version: 2 });
  });

  test("and it fails, everybody who waited is told, and the next one asks again", async () => {
    await expect(memory.recall("ada", () => Promise.reject(new Error("down")))).rejects.toThrow("down");
    expect(await memory.recall("ada", versionOf("ada", 1))).toMatchObject({ version: 1 });
  });
});

describe("while changes are not heard", () => {
  test("nothing is believed, and nothing is remembered", async () => {
    await memory.recall("ada", versionOf("ada", 1));
    ear.turn(false);
    for (const version of [2, 3])
      expect(await memory.recall("ada", versionOf("ada", version))).toMatchObject({ version });
    expect(memory.counts().remembered).toBe(0);
  });

  test("nobody is given the answer to somebody else's question", async () => {
    ear.turn(false);
    const { read, answer } = slowly("ada", 1);
    const asked = memory.recall("ada", read);
    expect(await memory.recall("ada", versionOf("ada", 2))).toMatchObject({ version: 2 });
    answer();
    await asked;
  });

  test("and are heard again before an answer comes, it is not remembered", async () => {
    const { read, answer } = slowly("ada", 1);
    const asked = memory.recall("ada", read);
    ear.turn(false);
    ear.turn(true);
    answer();
    await asked;
    expect(await memory.recall("ada", versionOf("ada", 2))).toMatchObject({ version: 2 });
  });
});

/** What may happen, in any order: `who` is one of three people. */
const Step = fc.record({
  what: fc.constantFrom("ask", "answer", "change", "change, untold", "deaf", "hear", "wait"),
  who: fc.constantFrom("ada", "bob", "eve"),
  seconds: fc.nat(20),
});

test("nobody is ever shown what was true before the last change that was told, or half a minute ago", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(Step, { maxLength: 40 }), async (steps) => {
      ear = openEar();
      ms = 1;
      memory = open(2);
      const now: Record<string, number> = { ada: 0, bob: 0, eve: 0 };
      /** When each version of somebody was followed by another one. */
      const endedAt = new Map<string, number>();
      /** The oldest version that may still be shown to whoever asks now. */
      const told: Record<string, number> = { ada: 0, bob: 0, eve: 0 };
      let deaf = false;
      const reading: (() => void)[] = [];
      const asked: Promise<void>[] = [];

      for (const { what, who, seconds } of steps) {
        const version = now[who] ?? 0;
        if (what === "answer") reading.shift()?.();
        if (what === "wait") {
          // No statement takes as long as that.
          for (const answer of reading.splice(0)) answer();
          await Promise.all(asked);
          ms += seconds * 1_000;
        }
        if (what === "deaf" || what === "hear") {
          deaf = what === "deaf";
          ear.turn(!deaf);
        }
        if (what === "change" || what === "change, untold") {
          endedAt.set(`${who} ${version}`, ms);
          now[who] = version + 1;
          if (what === "change") {
            tell(who);
            told[who] = version + 1;
          }
        }
        if (what === "ask") {
          const { read, answer } = slowly(who, version);
          const oldest = deaf ? version : (told[who] ?? 0);
          const askedAt = ms;
          reading.push(answer);
          asked.push(
            Promise.resolve(memory.recall(who, read)).then((shown) => {
              const seen = shown?.version ?? -1;
              expect(seen).toBeGreaterThanOrEqual(oldest);
              if (seen < version) expect(askedAt - (endedAt.get(`${who} ${seen}`) ?? 0)).toBeLessThan(30_000);
              return undefined;
            }),
          );
        }
        await Promise.resolve();
      }
      for (const answer of reading) answer();
      await Promise.all(asked);
    }),
    { numRuns: 1_000 },
  );
});

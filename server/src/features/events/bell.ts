import { setTimeout as sleep } from "node:timers/promises";
import type { Change, Changes } from "../../database/changes.ts";
import type { Subject } from "../../database/rights.ts";

export interface Bell {
  /** Resolves once it has rung since the last time that this was asked, or the wait is over. */
  heard: (mostMs: number, signal: AbortSignal) => Promise<void>;
  close: () => void;
}

/** What somebody who waits wants to be woken for: what happens, and what changes his own rights. */
export interface Waiting {
  topic: string;
  subjects: readonly Subject[];
}

/** A bell for one who waits. It remembers that it has rung, not how often: one look tells everything. */
export function openBell(changes: Changes, waiting: Waiting): Bell {
  let rung = false;
  let wake: AbortController | undefined;
  const close = changes.subscribe((change) => {
    if (!isFor(waiting, change)) return;
    rung = true;
    wake?.abort();
  });
  return {
    heard: async (mostMs, signal) => {
      if (!rung) {
        wake = new AbortController();
        const either = AbortSignal.any([signal, wake.signal]);
        await sleep(mostMs, undefined, { signal: either, ref: false }).catch(() => undefined);
      }
      rung = false;
    },
    close,
  };
}

function isFor({ topic, subjects }: Waiting, change: Change): boolean {
  switch (change.kind) {
    case "changed":
      return change.topic === topic;
    case "rights": {
      const { subjects: changed } = change;
      return changed === "all" || subjects.some((subject) => changed.has(subject));
    }
    case "reset":
      return true;
  }
}

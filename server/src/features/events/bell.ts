import { setTimeout as sleep } from "node:timers/promises";
import type { Changes } from "../../database/changes.ts";

export interface Bell {
  /** Resolves once it has rung since the last time that this was asked, or the wait is over. */
  heard: (mostMs: number, signal: AbortSignal) => Promise<void>;
  close: () => void;
}

/** A bell for one topic. It remembers that it has rung, not how often: one look tells everything. */
export function openBell(changes: Changes, topic: string): Bell {
  let rung = false;
  let wake: AbortController | undefined;
  const close = changes.subscribe((change) => {
    if (change.kind === "rights" || (change.kind === "changed" && change.topic !== topic)) return;
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

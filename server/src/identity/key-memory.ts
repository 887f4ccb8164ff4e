import { hash } from "node:crypto";
import type { MemoryCounts } from "../base/memory-counts.ts";
import type { Soon } from "../base/soon.ts";
import type { Changes } from "../database/changes.ts";
import { openMemory } from "../database/memory.ts";
import type { Clocks } from "../database/memory.ts";
import type { Subject } from "../database/rights.ts";
import type { FoundKey, FoundSecret } from "./key-row.ts";

/** A key, and which of its secrets the credential was made of. */
export interface ProvenKey {
  key: FoundKey;
  secret: FoundSecret;
}

/** Keys, and tokens signed with keys, whose secret was found to be right. */
export interface KeyMemory {
  /**
   * @param text the credential. What is remembered of it is its SHA-256, so that only who has all of it is answered from
   * memory: whoever tries out what is wrong with a key takes the long road every time.
   * @param prove null where the secret is not right
   */
  recall(
    kind: "keys" | "keyTokens",
    text: string,
    prove: () => Promise<ProvenKey | null>,
  ): Soon<ProvenKey | null>;
  counts(): Readonly<Record<"keys" | "keyTokens", MemoryCounts>>;
  close(): void;
}

/** Apart, because whoever has one key can sign any number of tokens. */
export function openKeyMemory(tools: { changes: Changes; clocks: Clocks }): KeyMemory {
  const keys = openMemory({ ...tools, about: subjectsOf });
  const keyTokens = openMemory({ ...tools, about: subjectsOf });
  return {
    recall: (kind, text, prove) =>
      (kind === "keys" ? keys : keyTokens).recall(hash("sha256", text, "base64url"), prove),
    counts: () => ({ keys: keys.counts(), keyTokens: keyTokens.counts() }),
    close: () => {
      keys.close();
      keyTokens.close();
    },
  };
}

function subjectsOf({ key }: ProvenKey): Subject[] {
  return [`key:${key.id}`, `user:${key.ownerId}`, `workspace:${key.home.workspace.id}`];
}

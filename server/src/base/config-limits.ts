import { readFileSync } from "node:fs";
import { DEFAULT_LIMITS, LimitChanges, changeLimits } from "@gatehouse/shared";
import type { Limits } from "@gatehouse/shared";
import type { Settings } from "./settings.ts";

/** The table of limits, with what the operator's file changes in it. */
export function readLimits(settings: Settings): Limits {
  const file = settings.text("LIMITS_FILE");
  if (file === null) return DEFAULT_LIMITS;
  const { data: changes, error } = LimitChanges.safeParse(readJson(file));
  if (changes !== undefined) return changeLimits(DEFAULT_LIMITS, changes);
  const place = error.issues[0]?.path.join(".") ?? "";
  settings.refuse(
    "LIMITS_FILE",
    place === "" ? "names no readable JSON file with limits" : `has something that is no limit at ${place}`,
  );
  return DEFAULT_LIMITS;
}

/** Null for what cannot be read, which no schema of ours accepts. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as unknown;
  } catch {
    return null;
  }
}

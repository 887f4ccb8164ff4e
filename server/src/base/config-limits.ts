import { readFileSync } from "node:fs";
import { LimitChanges, changeLimits, defaultLimits } from "@gatehouse/shared";
import type { Limits } from "@gatehouse/shared";
import type { Settings } from "./settings.ts";

/** The table of limits, with what the operator's file changes in it. */
export function readLimits(settings: Settings): Limits {
  const file = settings.text("LIMITS_FILE");
  const limits = defaultLimits();
  if (file === null) return limits;
  const { data: changes, error } = LimitChanges.safeParse(readJson(file));
  if (changes !== undefined) return changeLimits(limits, changes);
  const place = error.issues[0]?.path.join(".") ?? "";
  settings.refuse(
    "LIMITS_FILE",
    place === "" ? "names no readable JSON file with limits" : `has something that is no limit at ${place}`,
  );
  return limits;
}

/** Null for what cannot be read, which no schema of ours accepts. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as unknown;
  } catch {
    return null;
  }
}

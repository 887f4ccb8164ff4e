import { hash } from "node:crypto";
import { AppError } from "../base/app-error.ts";

/** A short name of an input: equal for equal inputs, in whatever order their keys were written. */
export function fingerprintOf(input: unknown): string {
  return hash("sha256", JSON.stringify(input, sortKeys) ?? "", "base64url");
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Makes sure that a repeated key came with the input that it came with before.
 *
 * @throws AppError IDEMPOTENCY_KEY_REUSED
 */
export function refuseOtherInput(earlier: { fingerprint: string }, fingerprint: string): void {
  if (earlier.fingerprint !== fingerprint) throw new AppError("IDEMPOTENCY_KEY_REUSED");
}

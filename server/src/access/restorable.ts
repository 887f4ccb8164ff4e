import { RESTORABLE_DAYS } from "@gatehouse/shared";

const DAY_MS = 86_400_000;

/** A workspace that was deleted before this cannot be restored any more. */
export function restorableSince(now: Date): Date {
  return new Date(now.getTime() - RESTORABLE_DAYS * DAY_MS);
}

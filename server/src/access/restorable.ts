import { RESTORABLE_DAYS } from "@gatehouse/shared";
import { DAY_MS } from "../base/instants.ts";

/** A workspace that was deleted before this cannot be restored any more. */
export function restorableSince(now: Date): Date {
  return new Date(now.getTime() - RESTORABLE_DAYS * DAY_MS);
}

/** Until when one that is deleted now can be restored. */
export function restorableUntil(deletedAt: Date): Date {
  return new Date(deletedAt.getTime() + RESTORABLE_DAYS * DAY_MS);
}

import { z } from "zod";

/** An instant on the wire: ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export const Instant = z.iso.datetime();

/** Ids are UUIDs (version 7). Upper case is accepted and means the same row. */
export const Id = z.uuid().toLowerCase();

/**
 * The workspace that a call is about. A caller with an API key may leave it out: the key belongs to one
 * workspace. Everybody else must name it.
 */
export const inWorkspace = { workspaceId: Id.exactOptional() };

/** A name that people read: trimmed, 1 to `longest` characters, counted as people count them (code points). */
export function nameOf(longest: number) {
  return z
    .string()
    .trim()
    .min(1)
    .refine((text) => isAtMost(text, longest), tooLong(longest))
    .meta({ maxLength: longest });
}

/** Free text of at most `longest` characters (code points), kept as it was written. */
export function textOf(longest: number) {
  return z
    .string()
    .refine((text) => isAtMost(text, longest), tooLong(longest))
    .meta({ maxLength: longest });
}

function isAtMost(text: string, longest: number): boolean {
  if (text.length <= longest) return true;
  return text.length <= 2 * longest && Array.from(text).length <= longest;
}

function tooLong(longest: number): string {
  return `Too long: expected at most ${longest} characters`;
}

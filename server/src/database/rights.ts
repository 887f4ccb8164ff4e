import { z } from "zod";

/**
 * Whom a change is about, by the ids of our tables: what a user, a session, a machine or an API key is or may do, or
 * what a workspace is. A change of a membership is told of its user.
 */
export type Subject = `${"user" | "session" | "workspace" | "machine" | "key"}:${string}`;

/** Somebody may do something else than before, or is known by another name. */
export interface RightsChange {
  kind: "rights";
  /** `all`: of more than could be told. */
  subjects: ReadonlySet<Subject> | "all";
}

/** The SQLSTATE under which a trigger tells the connection that made it run; it tells the others over a channel. */
export const RIGHTS_NOTICE = "GH001";

const SUBJECT = /^(?:user|session|workspace|machine|key):/;
const Said = z.array(z.custom<Subject>((value) => typeof value === "string" && SUBJECT.test(value)));

/** Reads what the trigger says (`tell_of_rights` in the migrations). What cannot be read may have been about anybody. */
export function readRights(said: string): RightsChange {
  try {
    return { kind: "rights", subjects: new Set(Said.parse(JSON.parse(said))) };
  } catch {
    return { kind: "rights", subjects: "all" };
  }
}

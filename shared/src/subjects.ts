import type { Permission } from "./roles.ts";

/**
 * What a change can be about, as the audit trail names it, and what a member must hold to be told of it as it happens.
 * Of what stands at null nobody is told.
 */
export const SUBJECTS = {
  workspace: "workspace:read",
  member: "members:read",
  machine: "members:read",
  invitation: "members:manage",
  project: "projects:read",
  apiKey: "apiKeys:read",
  creditAccount: "billing:read",
  creditEntry: "billing:read",
  creditHold: "billing:read",
  payment: "billing:read",
  user: null,
  session: null,
  accessCode: null,
  webhookEvent: null,
  installation: null,
} as const satisfies Record<string, Permission | null>;

export type Subject = keyof typeof SUBJECTS;

/** A word that an older version knew and this one does not is none. */
export function isSubject(word: string): word is Subject {
  return Object.hasOwn(SUBJECTS, word);
}

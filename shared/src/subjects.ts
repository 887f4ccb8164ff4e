import { isPermission } from "./roles.ts";
import type { Permission } from "./roles.ts";
import { addRows } from "./table.ts";
import type { AllOf } from "./words.ts";

/**
 * What a change can be about, as the audit trail names it, and what a member must hold to be told of it as it happens.
 * Of what stands at null nobody is told.
 */
const OWN_SUBJECTS = {
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

export type Subject = AllOf<keyof typeof OWN_SUBJECTS, "subjects">;

const needed: Record<string, string | null> = { ...OWN_SUBJECTS };

/** What a product adds; see `learnWords`. @throws Error for a word that has another meaning already, or an unknown permission */
export function addSubjects(rows: Readonly<Record<string, string | null>>): void {
  for (const [subject, permission] of Object.entries(rows))
    if (permission !== null && !isPermission(permission))
      throw new Error(`${subject}: there is no permission ${permission}`);
  addRows(needed, rows);
}

/** What somebody must hold to be told of a change to such a thing; null where nobody is told, and for an unknown word. */
export function toBeToldOf(subject: string): Permission | null {
  const permission = Object.hasOwn(needed, subject) ? needed[subject] : null;
  return permission && isPermission(permission) ? permission : null;
}

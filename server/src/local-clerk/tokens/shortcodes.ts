import { primaryEmail } from "../resources/users.ts";
import type { Membership, Organization, User } from "../shapes.ts";

export interface Subjects {
  user: User;
  organization?: Organization | undefined;
  membership?: Membership | undefined;
}

/**
 * Fills the shortcodes of custom claims: `"{{user.public_metadata}}"` becomes the value itself with its type, and
 * inside a longer text (`"{{user.first_name}} {{user.last_name}}"`) the value as text. An unknown one becomes null.
 */
export function fillShortcodes(claims: Record<string, unknown>, subjects: Subjects): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).map(([key, value]) => [key, fill(value, subjects)]));
}

function fill(value: unknown, subjects: Subjects): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => fill(item, subjects));
  if (typeof value === "object" && value !== null) return fillShortcodes({ ...value }, subjects);
  if (typeof value !== "string") return value;
  const whole = /^\{\{\s*([\w.]+)\s*\}\}$/.exec(value)?.[1];
  if (whole !== undefined) return lookUp(whole, subjects);
  return value.replaceAll(/\{\{\s*([\w.]+)\s*\}\}/g, (_, path: string) => asText(lookUp(path, subjects)));
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function lookUp(path: string, { user, organization, membership }: Subjects): unknown {
  const named = {
    user: {
      ...user,
      primary_email_address: primaryEmail(user),
      full_name: [user.first_name, user.last_name].filter(Boolean).join(" ") || null,
    },
    org: organization === undefined ? {} : { ...organization, role: membership?.role },
    org_membership: membership ?? {},
  };
  let found: unknown = named;
  for (const part of path.split(".")) {
    if (typeof found !== "object" || found === null) return null;
    found = Object.entries(found).find(([key]) => key === part)?.[1];
  }
  return found ?? null;
}

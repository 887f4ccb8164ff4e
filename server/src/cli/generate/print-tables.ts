import {
  COMMON_ERRORS,
  ERRORS,
  GUARD_ERRORS,
  PERMISSIONS,
  ROLES,
  ROLE_PERMISSIONS,
  TIERS,
} from "@gatehouse/shared";
import type { PrintedProcedure } from "./declare-shapes.ts";
import { docComment } from "./doc-comment.ts";
import { guardErrors } from "./print-api.ts";
import { unionText } from "./wire-type.ts";

/** `errors.ts`: the catalogue, and the codes that every procedure of a guard can answer. */
export function printErrors(): string {
  const codes = Object.entries(ERRORS).toSorted(([left], [right]) => (left < right ? -1 : 1));
  const rows = codes.map(
    ([code, { status, title }]) => `  ${code}: { status: ${status}, title: ${quoted(title)} },`,
  );
  const guards = Object.entries(GUARD_ERRORS).map(([guard, own]) => {
    const doc = docComment([`What every ${guard} procedure can answer, whatever it does.`]);
    return `${doc}export type ${guardErrors({ guard })} =${wrapped([...COMMON_ERRORS, ...own].map(quoted))};`;
  });
  return [
    `${docComment(["Every code that the server answers. Codes never change; a newer server may know more."])}export type ErrorCode =${wrapped(codes.map(([code]) => quoted(code)))};`,
    `${docComment(["HTTP status and title of each code. The title never changes."])}export const ERRORS: Readonly<Record<ErrorCode, { readonly status: number; readonly title: string }>> = {\n${rows.join("\n")}\n};`,
    ...guards,
  ]
    .join("\n\n")
    .concat("\n");
}

/** `roles.ts`: who may do what in a workspace, and the tiers. */
export function printRoles(): string {
  const rows = ROLES.map((role) => {
    const held = PERMISSIONS.filter((permission) => ROLE_PERMISSIONS[role].has(permission));
    return `  ${role}: [${held.map(quoted).join(", ")}],`;
  });
  return [
    `${docComment(["From the one who may do most to the one who may do least."])}export const ROLES = ${list(ROLES)};`,
    "export type Role = (typeof ROLES)[number];",
    `${docComment(["What can be allowed in a workspace. The scopes of API keys are the same words."])}export const PERMISSIONS = ${list(PERMISSIONS)};`,
    "export type Permission = (typeof PERMISSIONS)[number];",
    `${docComment(["Which role holds what; the server decides by the same table."])}export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {\n${rows.join("\n")}\n};`,
    `${docComment(["From the smallest to the largest."])}export const TIERS = ${list(TIERS)};`,
    "export type Tier = (typeof TIERS)[number];",
  ]
    .join("\n\n")
    .concat("\n");
}

/** `procedures.ts`: what the client needs to know at run time to place a call. */
export function printTable(procedures: readonly PrintedProcedure[]): string {
  const rows = procedures.map(
    ({ path, kind, guard }) => `  ${quoted(path)}: [${quoted(kind)}, ${quoted(guard)}],`,
  );
  const type = `Readonly<Record<string, readonly ["query" | "mutation" | "subscription", ${unionText(Object.keys(GUARD_ERRORS).map(quoted))}]>>`;
  const doc = docComment(["Kind and guard of each procedure."]);
  return `${doc}export const PROCEDURES: ${type} = {\n${rows.join("\n")}\n};\n`;
}

function list(words: readonly string[]): string {
  return `[${words.map(quoted).join(", ")}] as const`;
}

function wrapped(members: readonly string[]): string {
  return unionText(members).replaceAll(" | ", "\n  | ").replace(/^/, "\n  | ");
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

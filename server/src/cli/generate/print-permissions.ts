import { PERMISSIONS, ROLES, can } from "@gatehouse/shared";
import type { AnyRouter } from "@trpc/server";
import { readProcedures } from "../../trpc/read-procedures.ts";
import type { ProcedureCard } from "../../trpc/read-procedures.ts";

/** `docs/permissions.md`: who may call what, from the same declarations that the guards read. */
export function printPermissions(router: AnyRouter): string {
  const procedures = readProcedures(router);
  const inWorkspace = procedures.filter(({ guard }) => guard === "workspace");
  return [
    "# Who may do what",
    "Printed from the router by `npm run generate`. Changes here are lost.",
    "## Roles",
    "Scopes of API keys are the same words. A key has never more rights than the member who owns it has now. Only an owner gives and takes the role of an owner.",
    table(
      ["permission", ...ROLES],
      PERMISSIONS.map((permission) => [
        `\`${permission}\``,
        ...ROLES.map((role) => mark(can(role, permission))),
      ]),
    ),
    "## In a workspace",
    "A feature is open to every tier, unless the operator keeps it for higher ones (`LIMITS_FILE`).",
    table(
      ["procedure", "needs", ...ROLES],
      inWorkspace.map((card) => [
        `\`${card.path}\``,
        needs(card),
        ...ROLES.map((role) => mark(mayCall(card, role))),
      ]),
    ),
    "## Elsewhere",
    table(
      ["procedure", "open to"],
      procedures
        .filter(({ guard }) => guard !== "workspace")
        .map(({ path, guard }) => [`\`${path}\``, OPEN_TO[guard]]),
    ),
  ]
    .join("\n\n")
    .concat("\n");
}

const OPEN_TO = {
  public: "everybody",
  protected: "a signed-in user",
  workspace: "members",
  admin: 'an admin key, or a user whose Clerk public metadata says `role: "admin"`',
} as const;

function mayCall({ permission }: ProcedureCard, role: (typeof ROLES)[number]): boolean {
  if (permission === undefined || permission === "any member") return true;
  const held = PERMISSIONS.find((each) => each === permission);
  return held !== undefined && can(role, held);
}

function needs({ permission, feature }: ProcedureCard): string {
  const held = permission === "any member" ? "to be a member" : `\`${permission ?? ""}\``;
  return feature === undefined ? held : `${held}, feature \`${feature}\``;
}

function mark(allowed: boolean): string {
  return allowed ? "yes" : "";
}

/** Columns padded as Prettier does it, so that it finds nothing to change. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

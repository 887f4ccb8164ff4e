import type pg from "pg";
import { AppError } from "../base/app-error.ts";
import type { WorkspaceChoice } from "../base/app-error.ts";
import type { Soon } from "../base/soon.ts";
import type { Principal } from "../identity/principal.ts";
import type { CurrentUser } from "./contexts.ts";

/** Who has left out which workspace he means. */
export interface Chooser {
  principal: Principal;
  user: () => Soon<CurrentUser>;
  pool: pg.Pool;
}

type Choice = WorkspaceChoice & { clerk_organization_id: string | null };

/** More than a person can choose from; the list of workspaces pages through all of them. */
const MOST_CHOICES = 100;

/**
 * The workspace that a call means if it names none: that of the token's active organization, else the only one that
 * the caller is in. Null for a key, whose one workspace the guard knows, and for nobody.
 *
 * @throws AppError WORKSPACE_REQUIRED with those that he can choose from; what `user` throws
 */
export async function chooseWorkspace({ principal, user, pool }: Chooser): Promise<string | null> {
  switch (principal.kind) {
    case "anonymous":
    case "rejected":
    case "apiKey":
    case "organization":
      return null;
    case "machine":
      return choose(await readOfMachine(principal.machineId, pool), null);
    case "user": {
      const { organizationId } = principal;
      return choose(await readOfUser((await user()).id, organizationId, pool), organizationId);
    }
  }
}

/** Who is inside an organization that is not here yet must not write into another place instead. */
function choose(choices: readonly Choice[], organizationId: string | null): string {
  const meant = choices.filter(
    (each) => organizationId === null || each.clerk_organization_id === organizationId,
  );
  const [only] = meant;
  if (only !== undefined && meant.length === 1) return only.id;
  throw new AppError("WORKSPACE_REQUIRED", {
    detail: "Name the workspace that is meant in the header X-Workspace-Id.",
    workspaces: choices.map(({ id, name, slug }) => ({ id, name, slug })),
  });
}

/** Without those that the token's active organization closes to it. */
async function readOfUser(userId: string, organizationId: string | null, pool: pg.Pool): Promise<Choice[]> {
  const { rows } = await pool.query<Choice>({
    name: "choose_workspace",
    text: `SELECT w.id, w.name, w.slug, w.clerk_organization_id
           FROM workspace_members m JOIN workspaces w ON w.id = m.workspace_id
           WHERE m.user_id = $1 AND w.deleted_at IS NULL
             AND ($2::text IS NULL OR w.managed_by <> 'clerk' OR w.clerk_organization_id = $2)
           ORDER BY w.id LIMIT ${MOST_CHOICES}`,
    values: [userId, organizationId],
  });
  return rows;
}

async function readOfMachine(machineId: string, pool: pg.Pool): Promise<Choice[]> {
  const { rows } = await pool.query<Choice>({
    name: "choose_workspace_of_machine",
    text: `SELECT w.id, w.name, w.slug, w.clerk_organization_id
           FROM workspace_machines m JOIN workspaces w ON w.id = m.workspace_id
           WHERE m.machine_id = $1 AND w.deleted_at IS NULL ORDER BY w.id LIMIT ${MOST_CHOICES}`,
    values: [machineId],
  });
  return rows;
}

import type pg from "pg";
import { AppError } from "../base/app-error.ts";
import type { WorkspaceChoice } from "../base/app-error.ts";
import type { Principal } from "../identity/principal.ts";
import type { CurrentUser } from "./contexts.ts";

/** Who has left out which workspace he means. */
export interface Chooser {
  principal: Principal;
  user: () => Promise<CurrentUser>;
  pool: pg.Pool;
}

/** More than a person can choose from; the list of workspaces pages through all of them. */
const MOST_CHOICES = 100;

/**
 * The workspace that a call means if it names none: the only one that the user is in. Null for a caller who belongs
 * to one workspace by his credential, which the guard knows.
 *
 * @throws AppError WORKSPACE_REQUIRED with those that he can choose from; what `user` throws
 */
export async function chooseWorkspace({ principal, user, pool }: Chooser): Promise<string | null> {
  switch (principal.kind) {
    case "anonymous":
    case "rejected":
    case "apiKey":
    case "organization":
    case "machine":
      return null;
    case "user":
  }
  const choices = await readChoices((await user()).id, pool);
  const [only] = choices;
  if (only !== undefined && choices.length === 1 && principal.organizationId === null) return only.id;
  throw new AppError("WORKSPACE_REQUIRED", {
    detail: "Name the workspace that is meant in the header X-Workspace-Id.",
    workspaces: choices,
  });
}

async function readChoices(userId: string, pool: pg.Pool): Promise<WorkspaceChoice[]> {
  const { rows } = await pool.query<WorkspaceChoice>({
    name: "choose_workspace",
    text: `SELECT w.id, w.name, w.slug
           FROM workspace_members m JOIN workspaces w ON w.id = m.workspace_id
           WHERE m.user_id = $1 AND w.deleted_at IS NULL ORDER BY w.id LIMIT ${MOST_CHOICES}`,
    values: [userId],
  });
  return rows;
}

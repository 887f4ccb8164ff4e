import { ROLE_PERMISSIONS } from "@gatehouse/shared";
import { AppError } from "../base/app-error.ts";
import type { MachinePrincipal } from "../identity/principal.ts";
import { machineActor } from "./actor.ts";
import type { Entered, Entry } from "./entry.ts";
import { requireNamed } from "./workspace-row.ts";

/** A machine, where the workspace has made it a member. That Clerk knows it means nothing here. */
export async function enterAsMachine(
  principal: MachinePrincipal,
  { workspaceId, permission, callers }: Entry,
): Promise<Entered> {
  const { machineId } = principal;
  const guest = await callers.machine({ machineId, workspaceId: requireNamed(workspaceId) });
  // What any member may do, such as leaving, is a person's: a machine has been let in for its role only.
  if (guest === null || permission === "any member") throw new AppError("FORBIDDEN");
  const granted = ROLE_PERMISSIONS[guest.role];
  if (!granted.has(permission)) throw new AppError("FORBIDDEN");
  return { actor: machineActor(principal), principal, workspace: guest.workspace, member: null, granted };
}

import { ROLE_PERMISSIONS } from "@gatehouse/shared";
import type {
  AddMachine,
  ListMachines,
  MachineMember,
  Page,
  RemovedMachine,
  RemoveMachine,
} from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { AppError } from "../../base/app-error.ts";
import type { WorkspaceMachine } from "../../database/generated/client.ts";
import { isUniqueViolation } from "../../database/errors.ts";
import { readPage } from "../../database/paging.ts";
import { inTransaction } from "../../database/transaction.ts";

/**
 * Lets a machine of the Clerk instance in. Its tokens open nothing before.
 *
 * Into a workspace that Clerk manages, too: an organization at Clerk has people in it and no machines, so there is nothing
 * there that this could disagree with.
 *
 * The id is not looked up at Clerk: one that does not exist opens the door to nobody.
 *
 * @throws AppError ALREADY_MEMBER; ROLE_ESCALATION for a role that holds more than the caller
 */
export async function addMachine(
  ctx: WorkspaceContext,
  { machineId, role }: AddMachine,
): Promise<MachineMember> {
  const { db, now, workspace, granted } = ctx;
  // Measured by what the caller holds at this moment, so that a key cannot make itself a stronger machine.
  if (![...ROLE_PERMISSIONS[role]].every((permission) => granted.has(permission)))
    throw new AppError("ROLE_ESCALATION");
  const data = { workspaceId: workspace.id, machineId, role, addedAt: now() };
  try {
    return await inTransaction(db, async (tx) => {
      const row = await tx.workspaceMachine.create({ data });
      await recordAudit(tx, ctx, {
        action: "members.addMachine",
        target: { type: "machine", id: machineId },
        workspaceId: workspace.id,
        after: { role },
      });
      return toMember(row);
    });
  } catch (error) {
    if (isUniqueViolation(error, ["workspace_id", "machine_id"]))
      throw new AppError("ALREADY_MEMBER", { detail: "This machine is a member already." });
    throw error;
  }
}

/** The newest first. */
export async function listMachines(
  { db, workspace }: WorkspaceContext,
  input: ListMachines,
): Promise<Page<MachineMember>> {
  const page = await readPage(input, ({ older, ...slice }) =>
    db.workspaceMachine.findMany({ where: { ...older, workspaceId: workspace.id }, ...slice }),
  );
  return { ...page, items: page.items.map(toMember) };
}

/** @throws AppError NOT_FOUND, for a machine of another workspace as for one that does not exist */
export async function removeMachine(
  ctx: WorkspaceContext,
  { machineId }: RemoveMachine,
): Promise<RemovedMachine> {
  const { db, workspace } = ctx;
  return inTransaction(db, async (tx) => {
    const { count } = await tx.workspaceMachine.deleteMany({
      where: { workspaceId: workspace.id, machineId },
    });
    if (count === 0) throw new AppError("NOT_FOUND");
    await recordAudit(tx, ctx, {
      action: "members.removeMachine",
      target: { type: "machine", id: machineId },
      workspaceId: workspace.id,
    });
    return { machineId, removed: true };
  });
}

function toMember({ id, machineId, role, addedAt }: WorkspaceMachine): MachineMember {
  // A constraint of the table keeps owners out, which its type does not know.
  if (role === "owner") throw new Error("a machine that owns a workspace");
  return { id, machineId, role, addedAt: addedAt.toISOString() };
}

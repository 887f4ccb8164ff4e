import { isAbove } from "@gatehouse/shared";
import type { Role } from "@gatehouse/shared";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { grantorRole, holdStanding } from "../../access/members.ts";
import { AppError } from "../../base/app-error.ts";
import type { Transaction } from "../../database/open.ts";

/** Takes the workspace's lock, under which invitations are made, accepted and closed one after the other. */
export async function readGrantor(tx: Transaction, ctx: WorkspaceContext): Promise<Role> {
  const caller = ctx.member === null ? [] : [ctx.member.userId];
  return grantorRole(ctx, await holdStanding(tx, ctx.workspace.id, caller));
}

/** @throws AppError ROLE_ESCALATION for a role above the caller's own */
export async function requireGrantable(tx: Transaction, ctx: WorkspaceContext, role: Role): Promise<void> {
  if (isAbove(role, await readGrantor(tx, ctx))) throw new AppError("ROLE_ESCALATION");
}

/** Whoever answers for the invitation: it ends with his membership, also where his key has sent it. */
export function whoAsks({ member, principal }: WorkspaceContext): string | null {
  return principal.kind === "apiKey" ? principal.ownerId : (member?.userId ?? null);
}

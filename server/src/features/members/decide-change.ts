import { isAbove } from "@gatehouse/shared";
import type { Role } from "@gatehouse/shared";

/** What is to become of a member. */
export interface RoleChange {
  /** As whom the caller acts. */
  grantor: Role;
  /** What the member is now. */
  from: Role;
  /** What he is to be; null: no member any more. */
  to: Role | null;
  /** How many owners the workspace has now, the member counted. */
  owners: number;
}

export type RoleDecision = "change" | "nothing" | "ROLE_ESCALATION" | "LAST_OWNER";

/** Decides one change of one member's role; reads and writes nothing. */
export function decideRoleChange({ grantor, from, to, owners }: RoleChange): RoleDecision {
  // Taking a role away is as much as giving it: an admin does not touch an owner.
  if (isAbove(from, grantor) || (to !== null && isAbove(to, grantor))) return "ROLE_ESCALATION";
  if (to === from) return "nothing";
  if (from === "owner" && owners === 1) return "LAST_OWNER";
  return "change";
}

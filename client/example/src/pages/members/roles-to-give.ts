import { ROLES } from "@gatehouse/client";
import type { Role } from "@gatehouse/client";

/** Only an owner makes owners; the server refuses everybody else with ROLE_ESCALATION. */
export function rolesToGive(mine: Role | null): readonly Role[] {
  return mine === "owner" ? ROLES : ROLES.filter((role) => role !== "owner");
}

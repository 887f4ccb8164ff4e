import type { Membership, Told } from "./model.ts";

/** What Gatehouse should show, as lines that are easy to compare. */
export function expected({ users, organizations, memberships, sessions }: Told): string[] {
  const lines = [...users.values()].map(({ id, name }) => `${id} is ${name}`);
  for (const { id, name, created_by } of organizations.values()) {
    lines.push(`${id} is ${name}`);
    const members = [...memberships.values()].filter((one) => one.organization === id);
    const oldest = members.toSorted((a, b) => a.created_at - b.created_at);
    const owner =
      members.find((one) => one.user === created_by && isAdmin(one)) ?? oldest.find(isAdmin) ?? oldest[0];
    for (const one of members) {
      const role = one === owner ? "owner" : isAdmin(one) ? "admin" : "member";
      lines.push(`${one.user} is ${role} of ${id} by ${one.id}`);
    }
  }
  for (const { id, status } of sessions.values())
    lines.push(`${id} is ${status === "active" ? "open" : "closed"}`);
  return lines.toSorted();
}

function isAdmin({ role }: Membership): boolean {
  return role === "org:admin";
}

import type { Permission } from "@gatehouse/client";

/** What a workspace has to show, and what its reader must hold to see it: a link that would be refused is not shown. */
export const PLACES: readonly { to: string; name: string; permission: Permission }[] = [
  { to: "projects", name: "Projects", permission: "projects:read" },
  { to: "members", name: "Members", permission: "members:read" },
  { to: "keys", name: "API keys", permission: "apiKeys:read" },
  { to: "credits", name: "Credits", permission: "billing:read" },
  { to: "audit", name: "Audit trail", permission: "audit:read" },
  { to: "settings", name: "Settings", permission: "workspace:read" },
];

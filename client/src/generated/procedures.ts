// Printed from the server's router by `npm run generate`. Changes here are lost.

/** Kind and guard of each procedure. */
export const PROCEDURES: Readonly<Record<string, readonly ["query" | "mutation", "admin" | "protected" | "public" | "workspace"]>> = {
  "auth.whoami": ["query", "public"],
  "me.get": ["query", "protected"],
  "me.credits.balance": ["query", "protected"],
  "me.credits.entries": ["query", "protected"],
  "accessCodes.redeem": ["mutation", "protected"],
  "workspaces.create": ["mutation", "protected"],
  "workspaces.list": ["query", "protected"],
  "workspaces.get": ["query", "workspace"],
  "projects.create": ["mutation", "workspace"],
  "projects.list": ["query", "workspace"],
  "projects.get": ["query", "workspace"],
  "projects.update": ["mutation", "workspace"],
  "projects.delete": ["mutation", "workspace"],
  "credits.balance": ["query", "workspace"],
  "credits.entries": ["query", "workspace"],
  "credits.explain": ["query", "workspace"],
  "credits.spend": ["mutation", "workspace"],
  "credits.hold": ["mutation", "workspace"],
  "credits.capture": ["mutation", "workspace"],
  "credits.release": ["mutation", "workspace"],
  "admin.accessCodes.create": ["mutation", "admin"],
  "admin.accessCodes.list": ["query", "admin"],
  "admin.accessCodes.revoke": ["mutation", "admin"],
  "admin.credits.adjust": ["mutation", "admin"],
};

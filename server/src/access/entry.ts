import type { Permission, Scope } from "@gatehouse/shared";
import type pg from "pg";
import type { CurrentUser, MemberPrincipal, WorkspaceContext } from "./contexts.ts";

/** What is known about the caller and the place before he is let in. */
export interface Entry {
  principal: MemberPrincipal;
  user: () => Promise<CurrentUser>;
  /** Null where the input names none, which is for keys: they belong to one workspace. */
  workspaceId: string | null;
  permission: Permission | "any member";
  /** What a key of Clerk's needs where any member may enter. */
  scope: Scope | undefined;
  pool: pg.Pool;
}

export type Entered = Pick<WorkspaceContext, "actor" | "principal" | "workspace" | "member" | "granted">;

import type { Permission, Scope } from "@gatehouse/shared";
import type { Callers } from "./callers.ts";
import type { MemberPrincipal, WorkspaceContext } from "./contexts.ts";

/** What is known about the caller and the place before he is let in. */
export interface Entry {
  principal: MemberPrincipal;
  callers: Callers;
  /** Null where the input names none, which is for keys: they belong to one workspace. */
  workspaceId: string | null;
  permission: Permission | "any member";
  /** What a key of Clerk's needs where any member may enter. */
  scope: Scope | undefined;
  /** A member may also enter a workspace that was deleted after this; null: nobody enters one. */
  deletedSince: Date | null;
}

export type Entered = Pick<WorkspaceContext, "actor" | "principal" | "workspace" | "member" | "granted">;

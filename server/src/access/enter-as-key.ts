import { ROLE_PERMISSIONS } from "@gatehouse/shared";
import type { Permission } from "@gatehouse/shared";
import { AppError } from "../base/app-error.ts";
import type { ApiKeyPrincipal } from "../identity/principal.ts";
import { keyActor } from "./actor.ts";
import type { Entered, Entry } from "./entry.ts";
import { scopeNotHeld, within } from "./granted.ts";

const NOTHING: ReadonlySet<Permission> = new Set();

/**
 * An API key, if it has the scope and its owner's role holds the permission, too. A key that is good has been read
 * together with its workspace and its owner's role, so nothing is asked here.
 */
export function enterAsKey(principal: ApiKeyPrincipal, { workspaceId, permission }: Entry): Entered {
  const { workspace, isOpen, ownerRole } = principal.home;
  const isElsewhere = workspaceId !== null && workspaceId !== workspace.id;
  if (!isOpen || isElsewhere) throw new AppError("FORBIDDEN");
  const granted = ownerRole === null ? NOTHING : within(ROLE_PERMISSIONS[ownerRole], principal.scopes);
  if (permission === "any member" && ownerRole === null) throw new AppError("FORBIDDEN");
  if (permission !== "any member" && !granted.has(permission)) throw scopeNotHeld(permission);
  return { actor: keyActor(principal), principal, workspace, member: null, granted };
}

import type { Limits, Permission, Role, Tier } from "@gatehouse/shared";
import type { Log } from "../base/log.ts";
import type { AuditActor } from "../database/generated/client.ts";
import type { ByHand } from "../database/by-hand.ts";
import type { Database, Transaction } from "../database/open.ts";
import type {
  ApiKeyPrincipal,
  MachinePrincipal,
  OrganizationPrincipal,
  UserPrincipal,
} from "../identity/principal.ts";
import type { ClerkApi } from "../providers/clerk.ts";
import type { OrganizationTools } from "./clerk-workspace.ts";

/** What every operation is handed: the tables, the clock, the limits, and the name of the request in logs. */
export interface PublicContext {
  db: Database;
  /** For what is asked all the time. */
  byHand: ByHand;
  now: () => Date;
  requestId: string;
  limits: Limits;
}

/** Who does it, as the audit trail names him. */
export interface Actor {
  kind: AuditActor;
  /** A user's id, a key's id, a machine's id, the id of a provider's event; null for an admin key. */
  id: string | null;
  /** How he proved who he is. */
  credential: string | null;
  /** The Clerk user id of whoever impersonates him. */
  impersonatorId: string | null;
  /** For whom a key's holder says that he acts. */
  onBehalfOf?: string | null;
  /** The name behind the id, which is kept apart from the trail so that it can be erased. */
  person: { userId: string; name: string | null; email: string | null } | null;
}

/** What a change needs beside the tables: who makes it, for the audit trail. */
export interface ActorContext extends PublicContext {
  actor: Actor;
}

/** The caller's own row, read for this request. */
export interface CurrentUser {
  id: string;
  number: number;
  clerkId: string;
  email: string | null;
  emailVerified: boolean;
  name: string | null;
  imageUrl: string | null;
  hasProductAccess: boolean;
  role: "user" | "admin";
  createdAt: Date;
}

/** What an operation needs beside that, if it changes something at Clerk. */
export interface ClerkContext extends ActorContext {
  organizations: OrganizationTools;
  clerkApi: ClerkApi;
  log: Log;
}

/** Handed on by `protectedProcedure`: a live user. */
export interface UserContext extends ClerkContext {
  principal: UserPrincipal;
  user: CurrentUser;
}

export interface WorkspaceRef {
  id: string;
  name: string;
  slug: string;
  managedBy: "local" | "clerk";
  tier: Tier;
  createdAt: Date;
}

/** Who may stand in a workspace. */
export type MemberPrincipal = UserPrincipal | OrganizationPrincipal | ApiKeyPrincipal | MachinePrincipal;

/** The price of a call, for an operation that wants it in its own transaction. */
export interface CallPrice {
  credits: number;
  /** Spends the held credits together with whatever else the transaction stores. */
  settle: (tx: Transaction) => Promise<void>;
}

/** Handed on by `workspaceProcedure`: a workspace that the caller may enter, and what he may do in it. */
export interface WorkspaceContext extends ActorContext {
  organizations: OrganizationTools;
  principal: MemberPrincipal;
  workspace: WorkspaceRef;
  /** The caller as a member; null for a key or a machine. */
  member: { userId: string; role: Role } | null;
  granted: ReadonlySet<Permission>;
  /** The same, asked once more: for what goes on after the answer has begun. Rejects once the caller may not be here. */
  grantedNow: () => Promise<ReadonlySet<Permission>>;
  /** What this call costs: held already, and spent once it has succeeded. Null: nothing. */
  price: CallPrice | null;
}

/** Handed on by `adminProcedure`: somebody who runs this installation. */
export interface AdminContext extends ClerkContext {
  admin: { kind: "key" } | { kind: "user"; user: CurrentUser };
}

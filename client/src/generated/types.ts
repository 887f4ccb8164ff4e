// Printed from the server's router by `npm run generate`. Changes here are lost.

export interface AccessCode {
  id: string;
  /** The first characters of the code, to tell two of them apart. */
  start: string;
  label: string | null;
  maxRedemptions: number;
  /** How often it has been redeemed. */
  redemptions: number;
  /** An instant in UTC, ISO 8601. */
  expiresAt: string | null;
  /** An instant in UTC, ISO 8601. */
  revokedAt: string | null;
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
}

export interface AccessCodePage {
  items: AccessCode[];
  nextCursor: string | null;
}

export interface AccessCodesRedeemInput {
  /** 1 to 200 characters. */
  code: string;
}

export interface AdminAccessCodesCreateInput {
  /** 1 to 200 characters. */
  label?: string;
  /**
   * 1 to 1000000.
   * @default 1
   */
  maxRedemptions?: number;
  /** An instant in UTC, ISO 8601. */
  expiresAt?: string;
}

export interface AdminAccessCodesListInput {
  /**
   * `nextCursor` of the page before; left out for the first page.
   * 1 to 200 characters.
   */
  cursor?: string;
  /**
   * How many items at most; 20 unless told otherwise.
   * 1 to 100.
   * @default 20
   */
  limit?: number;
}

export interface AdminAccessCodesRevokeInput {
  accessCodeId: string;
}

export interface AdminAuditListInput {
  workspaceId?: string;
  /**
   * `nextCursor` of the page before; left out for the first page.
   * 1 to 200 characters.
   */
  cursor?: string;
  /**
   * How many items at most; 20 unless told otherwise.
   * 1 to 100.
   * @default 20
   */
  limit?: number;
  /**
   * Exactly this action.
   * 1 to 200 characters.
   */
  action?: string;
  /** 1 to 200 characters. */
  actorId?: string;
  /** 1 to 100 characters. */
  targetType?: string;
  /** 1 to 200 characters. */
  targetId?: string;
  /**
   * Not before this instant.
   * An instant in UTC, ISO 8601.
   */
  from?: string;
  /**
   * Before this instant.
   * An instant in UTC, ISO 8601.
   */
  until?: string;
}

export interface AdminCreditsAdjustInput {
  /** The UUID, the number or the Clerk id. */
  userId?: number | string;
  workspaceId?: string;
  /**
   * Signed: above zero gives, below zero takes, and never more than is available.
   * -1000000000000 to 1000000000000.
   */
  credits: number;
  /**
   * Why, in words that the people of the workspace will read.
   * 1 to 500 characters.
   */
  reason: string;
  /** 1 to 200 characters. */
  idempotencyKey?: string;
}

export interface AdminSyncReconcileInput {
  /** Say what is different, and change nothing. */
  dryRun: boolean;
}

export interface AdminUsersBanInput {
  /** The UUID, the number or the Clerk id. */
  userId: number | string;
}

export interface AdminUsersCreateSignInTokenInput {
  /** The UUID, the number or the Clerk id. */
  userId: number | string;
  /**
   * How long it can be used; ten minutes unless told otherwise, 30 days at most.
   * 30 to 2592000.
   * @default 600
   */
  expiresInSeconds?: number;
}

export interface AdminUsersDeleteInput {
  /** The UUID, the number or the Clerk id. */
  userId: number | string;
}

export interface AdminUsersGetInput {
  /** The UUID, the number or the Clerk id. */
  userId: number | string;
}

export interface AdminUsersListInput {
  /**
   * `nextCursor` of the page before; left out for the first page.
   * 1 to 200 characters.
   */
  cursor?: string;
  /**
   * How many items at most; 20 unless told otherwise.
   * 1 to 100.
   * @default 20
   */
  limit?: number;
  /**
   * A part of the e-mail address or the name, or the beginning of the Clerk id; case does not matter.
   * 1 to 200 characters.
   */
  search?: string;
}

export interface AdminUsersSetRoleInput {
  /** The UUID, the number or the Clerk id. */
  userId: number | string;
  role: "admin" | "user";
}

export interface AdminUsersUnbanInput {
  /** The UUID, the number or the Clerk id. */
  userId: number | string;
}

export interface AdminUsersUpdateMetadataInput {
  /** The UUID, the number or the Clerk id. */
  userId: number | string;
  /** Merged at every depth into what is there; null takes a key away. */
  publicMetadata?: Record<string, unknown>;
  /** Merged at every depth into what is there; null takes a key away. */
  privateMetadata?: Record<string, unknown>;
  /** Merged at every depth into what is there; null takes a key away. */
  unsafeMetadata?: Record<string, unknown>;
}

export interface AdminWebhooksGetInput {
  provider: "clerk" | "paypal" | "stripe";
  /** 1 to 200 characters. */
  id: string;
}

export interface AdminWebhooksListInput {
  /**
   * `nextCursor` of the page before; left out for the first page.
   * 1 to 200 characters.
   */
  cursor?: string;
  /**
   * How many items at most; 20 unless told otherwise.
   * 1 to 100.
   * @default 20
   */
  limit?: number;
  provider?: "clerk" | "paypal" | "stripe";
  /** Ignored: it means nothing here, or came too late; review: it waits for a person. */
  outcome?: "applied" | "failed" | "ignored" | "review";
}

export interface AdminWebhooksReplayInput {
  provider: "clerk" | "paypal" | "stripe";
  /** 1 to 200 characters. */
  id: string;
}

export interface AdminWorkspace {
  id: string;
  name: string;
  slug: string;
  /** `clerk`: it mirrors a Clerk organization. */
  managedBy: "clerk" | "local";
  tier: "lite" | "professional" | "standard";
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
  members: number;
  /** An instant in UTC, ISO 8601. */
  deletedAt: string | null;
}

export interface AdminWorkspacePage {
  items: AdminWorkspace[];
  nextCursor: string | null;
}

export interface AdminWorkspacesListInput {
  /**
   * `nextCursor` of the page before; left out for the first page.
   * 1 to 200 characters.
   */
  cursor?: string;
  /**
   * How many items at most; 20 unless told otherwise.
   * 1 to 100.
   * @default 20
   */
  limit?: number;
  /**
   * A part of the name or of the slug, in any case.
   * 1 to 200 characters.
   */
  search?: string;
}

export interface AdminWorkspacesSetTierInput {
  workspaceId: string;
  tier: "lite" | "professional" | "standard";
}

export interface ApiKey {
  id: string;
  workspaceId: string;
  /** The member whose rights bound the key's. */
  ownerId: string;
  name: string;
  /** The first characters of the key, to tell two of them apart. */
  start: string;
  scopes: string[];
  /** The key acts with this tier, or with the workspace's where that is lower. */
  tier: "lite" | "professional" | "standard";
  /** Whether its holder may sign tokens with it. */
  jwtSigning: boolean;
  ipAllow: string[];
  /** An instant in UTC, ISO 8601. */
  expiresAt: string | null;
  /** An instant in UTC, ISO 8601. */
  revokedAt: string | null;
  /**
   * To the minute.
   * An instant in UTC, ISO 8601.
   */
  lastUsedAt: string | null;
  lastUsedAddress: string | null;
  /** The secret before the last rotation, while it still works. */
  replaced: ReplacedSecret | null;
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
  /** An instant in UTC, ISO 8601. */
  updatedAt: string;
}

export interface ApiKeyPage {
  items: ApiKey[];
  nextCursor: string | null;
}

export interface ApiKeysCreateFields {
  /** 1 to 200 characters. */
  name: string;
  /**
   * What the key may do, as far as its owner may do it at that moment.
   * 1 to 200 items.
   */
  scopes: ("apiKeys:manage" | "apiKeys:read" | "audit:read" | "billing:manage" | "billing:read" | "dashboards:read" | "dashboards:write" | "documents:read" | "documents:write" | "files:read" | "files:write" | "members:manage" | "members:read" | "projects:read" | "projects:write" | "usage:read" | "usage:write" | "workflows:execute" | "workflows:read" | "workflows:write" | "workspace:delete" | "workspace:read" | "workspace:update")[];
  tier: "lite" | "professional" | "standard";
  /** An instant in UTC, ISO 8601. */
  expiresAt?: string;
  /**
   * Addresses and networks that the key may be used from; empty: from anywhere.
   * At most 50 items.
   */
  ipAllow?: string[];
  /**
   * Whether the holder may sign tokens with the key.
   * @default false
   */
  jwtSigning?: boolean;
}

export interface ApiKeysCreateInput extends ApiKeysCreateFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface ApiKeysGetFields {
  apiKeyId: string;
}

export interface ApiKeysGetInput extends ApiKeysGetFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface ApiKeysListFields {
  /**
   * `nextCursor` of the page before; left out for the first page.
   * 1 to 200 characters.
   */
  cursor?: string;
  /**
   * How many items at most; 20 unless told otherwise.
   * 1 to 100.
   * @default 20
   */
  limit?: number;
}

export interface ApiKeysListInput extends ApiKeysListFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface ApiKeysRevokeFields {
  apiKeyId: string;
}

export interface ApiKeysRevokeInput extends ApiKeysRevokeFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface ApiKeysRotateFields {
  apiKeyId: string;
  /**
   * How long the old secret goes on working; 0 ends it at once.
   * 0 to 2592000.
   * @default 86400
   */
  graceSeconds?: number;
}

export interface ApiKeysRotateInput extends ApiKeysRotateFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface ApiKeysUpdateFields {
  apiKeyId: string;
  /** 1 to 200 characters. */
  name?: string;
  /**
   * What the key may do, as far as its owner may do it at that moment.
   * 1 to 200 items.
   */
  scopes?: ("apiKeys:manage" | "apiKeys:read" | "audit:read" | "billing:manage" | "billing:read" | "dashboards:read" | "dashboards:write" | "documents:read" | "documents:write" | "files:read" | "files:write" | "members:manage" | "members:read" | "projects:read" | "projects:write" | "usage:read" | "usage:write" | "workflows:execute" | "workflows:read" | "workflows:write" | "workspace:delete" | "workspace:read" | "workspace:update")[];
  tier?: "lite" | "professional" | "standard";
  /** An instant in UTC, ISO 8601. */
  expiresAt?: string | null;
  /**
   * Addresses and networks that the key may be used from; empty: from anywhere.
   * At most 50 items.
   */
  ipAllow?: string[];
}

export interface ApiKeysUpdateInput extends ApiKeysUpdateFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface AuditEntry {
  id: string;
  /** Null for what concerns the whole installation. */
  workspaceId: string | null;
  /** The procedure's path, or the type of the provider's event. */
  action: string;
  actor: {
    kind: "adminKey" | "apiKey" | "machine" | "system" | "user" | "webhook";
    /** A user's, a key's or a machine's id; null for an admin key. */
    id: string | null;
    /** Null where there is none, or where it was erased. */
    name: string | null;
    /** How the actor proved who he is. */
    credential: string | null;
    /** Whom the holder of a key named as `sub`; it grants nothing. */
    onBehalfOf: string | null;
    /** The Clerk user id of whoever impersonated the actor. */
    impersonatorId: string | null;
  };
  target: {
    type: string;
    id: string;
  };
  /** What the change found. */
  before: Record<string, unknown> | null;
  /** What it left. */
  after: Record<string, unknown> | null;
  requestId: string | null;
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
}

export interface AuditEntryPage {
  items: AuditEntry[];
  nextCursor: string | null;
}

export interface AuditListFields {
  /**
   * `nextCursor` of the page before; left out for the first page.
   * 1 to 200 characters.
   */
  cursor?: string;
  /**
   * How many items at most; 20 unless told otherwise.
   * 1 to 100.
   * @default 20
   */
  limit?: number;
  /**
   * Exactly this action.
   * 1 to 200 characters.
   */
  action?: string;
  /** 1 to 200 characters. */
  actorId?: string;
  /** 1 to 100 characters. */
  targetType?: string;
  /** 1 to 200 characters. */
  targetId?: string;
  /**
   * Not before this instant.
   * An instant in UTC, ISO 8601.
   */
  from?: string;
  /**
   * Before this instant.
   * An instant in UTC, ISO 8601.
   */
  until?: string;
}

export interface AuditListInput extends AuditListFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface BillingCheckoutFields {
  /** 1 to 60 characters. */
  packId: string;
  provider: "paypal" | "stripe";
  /**
   * Where the buyer comes back to; only an address below APP_URL.
   * At most 2000 characters.
   */
  returnTo?: string;
  /** 1 to 200 characters. */
  idempotencyKey?: string;
}

export interface BillingCheckoutInput extends BillingCheckoutFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface BillingPaymentsFields {
  /**
   * `nextCursor` of the page before; left out for the first page.
   * 1 to 200 characters.
   */
  cursor?: string;
  /**
   * How many items at most; 20 unless told otherwise.
   * 1 to 100.
   * @default 20
   */
  limit?: number;
}

export interface BillingPaymentsInput extends BillingPaymentsFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface Checkout {
  paymentId: string;
  provider: "paypal" | "stripe";
  /** The provider's own id: Stripe's Checkout Session or PayPal's order. */
  checkoutId: string;
  url: string;
}

export interface ClerkDifferences {
  /** At Clerk and not here. */
  missing: string[];
  /** Here with another content than at Clerk. */
  changed: string[];
  /** Here and not at Clerk any more. */
  extra: string[];
}

export interface ClosedInvitation {
  id: string;
  outcome: "declined" | "revoked";
}

export interface CreditBalance {
  /** The sum of all entries. */
  balance: number;
  /** The part of it that open holds keep. */
  held: number;
  /** What can be spent now. */
  available: number;
  /** What refunds could not take back; the next credits that come in pay it first. */
  owed: number;
}

export interface CreditEntry {
  id: string;
  /** Signed: what came in is above zero, what went out below. */
  amount: number;
  balanceAfter: number;
  reason: string;
  source: "adjustment" | "dispute" | "purchase" | "refund" | "settlement" | "spend";
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
}

export interface CreditEntryPage {
  items: CreditEntry[];
  nextCursor: string | null;
}

export interface CreditExplanation {
  /** An instant in UTC, ISO 8601. */
  at: string;
  /** The balance of that moment. */
  balance: number;
  /** How many entries make it. */
  entryCount: number;
  items: CreditEntry[];
  /** The sum of the entries older than these. */
  before: number;
  nextCursor: string | null;
}

export interface CreditHold {
  id: string;
  credits: number;
  /** How many of them were spent in the end. */
  captured: number;
  state: "captured" | "lapsed" | "open" | "released";
  reason: string;
  /** An instant in UTC, ISO 8601. */
  expiresAt: string;
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
}

export interface CreditPack {
  id: string;
  /** 1 to 100 characters. */
  name: string;
  /** 1 to 1000000000000. */
  credits: number;
  price: Price;
}

export interface CreditPackList {
  items: CreditPack[];
}

export interface CreditsBalanceInput {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface CreditsCaptureFields {
  holdId: string;
  /**
   * All that is held, where it is left out; the rest is free again.
   * 1 to 1000000000000.
   */
  credits?: number;
}

export interface CreditsCaptureInput extends CreditsCaptureFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface CreditsEntriesFields {
  /**
   * `nextCursor` of the page before; left out for the first page.
   * 1 to 200 characters.
   */
  cursor?: string;
  /**
   * How many items at most; 20 unless told otherwise.
   * 1 to 100.
   * @default 20
   */
  limit?: number;
}

export interface CreditsEntriesInput extends CreditsEntriesFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface CreditsExplainFields {
  /**
   * `nextCursor` of the page before; left out for the first page.
   * 1 to 200 characters.
   */
  cursor?: string;
  /**
   * How many items at most; 20 unless told otherwise.
   * 1 to 100.
   * @default 20
   */
  limit?: number;
  /**
   * Now, where it is left out.
   * An instant in UTC, ISO 8601.
   */
  at?: string;
}

export interface CreditsExplainInput extends CreditsExplainFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface CreditsHoldFields {
  /** 1 to 1000000000000. */
  credits: number;
  /**
   * Why, in words that the people of the workspace will read.
   * 1 to 500 characters.
   */
  reason: string;
  /** 1 to 200 characters. */
  idempotencyKey: string;
  /**
   * After this time the hold lapses by itself.
   * 1 to 604800.
   * @default 900
   */
  expiresInSeconds?: number;
}

export interface CreditsHoldInput extends CreditsHoldFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface CreditsReleaseFields {
  holdId: string;
}

export interface CreditsReleaseInput extends CreditsReleaseFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface CreditsSpendFields {
  /** 1 to 1000000000000. */
  credits: number;
  /**
   * Why, in words that the people of the workspace will read.
   * 1 to 500 characters.
   */
  reason: string;
  /** 1 to 200 characters. */
  idempotencyKey: string;
}

export interface CreditsSpendInput extends CreditsSpendFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface DeletedMe {
  id: string;
  deleted: true;
}

export interface DeletedProject {
  id: string;
  deleted: true;
}

export interface DeletedUser {
  clerkId: string;
  deleted: true;
}

export interface DeletedWorkspace {
  id: string;
  deleted: true;
  /**
   * Null: it followed an organization at Clerk, which is gone.
   * An instant in UTC, ISO 8601.
   */
  restorableUntil: string | null;
}

export interface EventsSubscribeFields {
  /** The id of the last event that was heard; without it, what happens from now on. */
  lastEventId?: string;
}

export interface EventsSubscribeInput extends EventsSubscribeFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface Invitation {
  id: string;
  workspaceId: string;
  email: string;
  role: "admin" | "member" | "owner" | "viewer";
  /** The user who asked, or whose key did; null where a machine did, or where Clerk manages the members. */
  invitedById: string | null;
  /** An instant in UTC, ISO 8601. */
  expiresAt: string;
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
}

export interface InvitationPage {
  items: Invitation[];
  nextCursor: string | null;
}

export interface InvitationsAcceptInput {
  invitationId: string;
}

export interface InvitationsCreateFields {
  /** At most 254 characters. */
  email: string;
  role: "admin" | "member" | "owner" | "viewer";
}

export interface InvitationsCreateInput extends InvitationsCreateFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface InvitationsDeclineInput {
  invitationId: string;
}

export interface InvitationsListFields {
  /**
   * `nextCursor` of the page before; left out for the first page.
   * 1 to 200 characters.
   */
  cursor?: string;
  /**
   * How many items at most; 20 unless told otherwise.
   * 1 to 100.
   * @default 20
   */
  limit?: number;
}

export interface InvitationsListInput extends InvitationsListFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface InvitationsListMineInput {
  /**
   * `nextCursor` of the page before; left out for the first page.
   * 1 to 200 characters.
   */
  cursor?: string;
  /**
   * How many items at most; 20 unless told otherwise.
   * 1 to 100.
   * @default 20
   */
  limit?: number;
}

export interface InvitationsResendFields {
  invitationId: string;
}

export interface InvitationsResendInput extends InvitationsResendFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface InvitationsRevokeFields {
  invitationId: string;
}

export interface InvitationsRevokeInput extends InvitationsRevokeFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface LeftWorkspace {
  id: string;
  left: true;
}

export interface MachineMember {
  id: string;
  machineId: string;
  role: "admin" | "member" | "viewer";
  /** An instant in UTC, ISO 8601. */
  addedAt: string;
}

export interface MachinePage {
  items: MachineMember[];
  nextCursor: string | null;
}

export interface Me {
  id: string;
  /** A short number for support and for callers that cannot hold a UUID. */
  number: number;
  clerkId: string;
  /** The primary e-mail address at Clerk; null where there is none. */
  email: string | null;
  name: string | null;
  imageUrl: string | null;
  /** Whether an access code has been redeemed. */
  hasProductAccess: boolean;
  /** `admin` when the Clerk public metadata says `role: "admin"`. */
  role: "admin" | "user";
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
}

export interface MeCreditsEntriesInput {
  /**
   * `nextCursor` of the page before; left out for the first page.
   * 1 to 200 characters.
   */
  cursor?: string;
  /**
   * How many items at most; 20 unless told otherwise.
   * 1 to 100.
   * @default 20
   */
  limit?: number;
}

export interface MeDeleteInput {}

export interface MeExportDataInput {}

export interface MeSessionsListInput {
  /**
   * `nextCursor` of the page before; left out for the first page.
   * 1 to 200 characters.
   */
  cursor?: string;
  /**
   * How many items at most; 20 unless told otherwise.
   * 1 to 100.
   * @default 20
   */
  limit?: number;
  /** Only sessions in this state; all of them where it is left out. */
  status?: "active" | "pending";
}

export interface MeSessionsRevokeInput {
  sessionId?: string;
  allOthers?: true;
}

export interface MeUpdateMetadataInput {
  /** Merged at every depth into what is there; null takes a key away. */
  unsafeMetadata: Record<string, unknown>;
}

export interface Member {
  userId: string;
  name: string | null;
  email: string | null;
  role: "admin" | "member" | "owner" | "viewer";
  /** An instant in UTC, ISO 8601. */
  joinedAt: string;
}

export interface MemberPage {
  items: Member[];
  nextCursor: string | null;
}

export interface MembersAddMachineFields {
  machineId: string;
  role: "admin" | "member" | "viewer";
}

export interface MembersAddMachineInput extends MembersAddMachineFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface MembersListFields {
  /**
   * `nextCursor` of the page before; left out for the first page.
   * 1 to 200 characters.
   */
  cursor?: string;
  /**
   * How many items at most; 20 unless told otherwise.
   * 1 to 100.
   * @default 20
   */
  limit?: number;
}

export interface MembersListInput extends MembersListFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface MembersListMachinesFields {
  /**
   * `nextCursor` of the page before; left out for the first page.
   * 1 to 200 characters.
   */
  cursor?: string;
  /**
   * How many items at most; 20 unless told otherwise.
   * 1 to 100.
   * @default 20
   */
  limit?: number;
}

export interface MembersListMachinesInput extends MembersListMachinesFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface MembersRemovalPreviewFields {
  userId: string;
}

export interface MembersRemovalPreviewInput extends MembersRemovalPreviewFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface MembersRemoveFields {
  userId: string;
}

export interface MembersRemoveInput extends MembersRemoveFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface MembersRemoveMachineFields {
  machineId: string;
}

export interface MembersRemoveMachineInput extends MembersRemoveMachineFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface MembersUpdateRoleFields {
  userId: string;
  role: "admin" | "member" | "owner" | "viewer";
}

export interface MembersUpdateRoleInput extends MembersUpdateRoleFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface MyInvitation {
  id: string;
  workspaceId: string;
  workspaceName: string;
  role: "admin" | "member" | "owner" | "viewer";
  /** The name of whoever asked. */
  invitedBy: string | null;
  /** An instant in UTC, ISO 8601. */
  expiresAt: string;
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
}

export interface MyInvitationPage {
  items: MyInvitation[];
  nextCursor: string | null;
}

export interface NewAccessCode {
  id: string;
  /** The first characters of the code, to tell two of them apart. */
  start: string;
  label: string | null;
  maxRedemptions: number;
  /** How often it has been redeemed. */
  redemptions: number;
  /** An instant in UTC, ISO 8601. */
  expiresAt: string | null;
  /** An instant in UTC, ISO 8601. */
  revokedAt: string | null;
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
  code: string;
}

export interface NewApiKey {
  id: string;
  workspaceId: string;
  /** The member whose rights bound the key's. */
  ownerId: string;
  name: string;
  /** The first characters of the key, to tell two of them apart. */
  start: string;
  scopes: string[];
  /** The key acts with this tier, or with the workspace's where that is lower. */
  tier: "lite" | "professional" | "standard";
  /** Whether its holder may sign tokens with it. */
  jwtSigning: boolean;
  ipAllow: string[];
  /** An instant in UTC, ISO 8601. */
  expiresAt: string | null;
  /** An instant in UTC, ISO 8601. */
  revokedAt: string | null;
  /**
   * To the minute.
   * An instant in UTC, ISO 8601.
   */
  lastUsedAt: string | null;
  lastUsedAddress: string | null;
  /** The secret before the last rotation, while it still works. */
  replaced: ReplacedSecret | null;
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
  /** An instant in UTC, ISO 8601. */
  updatedAt: string;
  /** The whole key, to be sent as `Authorization: Bearer …`. */
  secret: string;
}

export interface OwnMetadata {
  unsafeMetadata: Record<string, unknown>;
}

export interface Payment {
  id: string;
  provider: "paypal" | "stripe";
  packId: string;
  /** What the pack holds. */
  credits: number;
  price: Price;
  state: "expired" | "failed" | "open" | "paid";
  /** The credits that were given and not taken back. */
  granted: number;
  /** In the smallest unit of the currency. */
  refundedAmount: number;
  /** What open disputes hold and lost ones have taken. */
  disputedAmount: number;
  checkoutId: string | null;
  /** Where the buyer pays, while the payment is open. */
  url: string | null;
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
  /** An instant in UTC, ISO 8601. */
  paidAt: string | null;
}

export interface PaymentPage {
  items: Payment[];
  nextCursor: string | null;
}

export interface PersonalData {
  /** An instant in UTC, ISO 8601. */
  exportedAt: string;
  user: Me;
  memberships: {
    workspaceId: string;
    workspaceName: string;
    role: "admin" | "member" | "owner" | "viewer";
    /** An instant in UTC, ISO 8601. */
    joinedAt: string;
  }[];
  accessCodesRedeemed: {
    accessCodeId: string;
    /** An instant in UTC, ISO 8601. */
    redeemedAt: string;
  }[];
  sessions: {
    id: string;
    status: string;
    /** An instant in UTC, ISO 8601. */
    createdAt: string;
  }[];
  invitationsReceived: Invitation[];
  invitationsSent: Invitation[];
  apiKeys: ApiKey[];
  creditEntries: CreditEntry[];
  payments: {
    id: string;
    provider: string;
    packId: string;
    credits: number;
    amount: number;
    currency: string;
    state: string;
    /** An instant in UTC, ISO 8601. */
    createdAt: string;
  }[];
  /** What the caller did. */
  auditEntries: AuditEntry[];
}

export interface Price {
  /** 1 to 99999999. */
  amount: number;
  currency: string;
}

export interface Project {
  id: string;
  workspaceId: string;
  name: string;
  description: string;
  /** Counts the changes, from 1. */
  version: number;
  /** An instant in UTC, ISO 8601. */
  archivedAt: string | null;
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
  /** An instant in UTC, ISO 8601. */
  updatedAt: string;
}

export interface ProjectPage {
  items: Project[];
  nextCursor: string | null;
}

export interface ProjectsArchiveFields {
  projectId: string;
  /**
   * The version that was read.
   * At least 1.
   */
  version?: number;
}

export interface ProjectsArchiveInput extends ProjectsArchiveFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface ProjectsCreateFields {
  /** 1 to 200 characters. */
  name: string;
  /**
   * At most 5000 characters.
   * @default ""
   */
  description?: string;
}

export interface ProjectsCreateInput extends ProjectsCreateFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface ProjectsDeleteFields {
  projectId: string;
}

export interface ProjectsDeleteInput extends ProjectsDeleteFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface ProjectsGetFields {
  projectId: string;
}

export interface ProjectsGetInput extends ProjectsGetFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface ProjectsListFields {
  /**
   * `nextCursor` of the page before; left out for the first page.
   * 1 to 200 characters.
   */
  cursor?: string;
  /**
   * How many items at most; 20 unless told otherwise.
   * 1 to 100.
   * @default 20
   */
  limit?: number;
  /**
   * A part of the name, in any case.
   * 1 to 200 characters.
   */
  search?: string;
  /**
   * The archived projects instead of the others.
   * @default false
   */
  archived?: boolean;
}

export interface ProjectsListInput extends ProjectsListFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface ProjectsUnarchiveFields {
  projectId: string;
  /**
   * The version that was read.
   * At least 1.
   */
  version?: number;
}

export interface ProjectsUnarchiveInput extends ProjectsUnarchiveFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface ProjectsUpdateFields {
  projectId: string;
  /** 1 to 200 characters. */
  name?: string;
  /** At most 5000 characters. */
  description?: string;
  /**
   * The version that was read; another one in the table is a VERSION_CONFLICT.
   * At least 1.
   */
  version?: number;
}

export interface ProjectsUpdateInput extends ProjectsUpdateFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface RemovalPreview {
  userId: string;
  role: "admin" | "member" | "owner" | "viewer";
  /** Then he cannot be removed before another member is owner. */
  isLastOwner: boolean;
  /** Keys of his, which are revoked. */
  apiKeys: number;
  /** Open invitations of his, which are revoked. */
  invitations: number;
}

export interface RemovedMachine {
  machineId: string;
  removed: true;
}

export interface RemovedMember {
  userId: string;
  removed: true;
}

export interface ReplacedSecret {
  /** The first characters of the key as it was. */
  start: string;
  /**
   * Until when it works.
   * An instant in UTC, ISO 8601.
   */
  endsAt: string;
  /** Requests that came with it since it was replaced. */
  uses: number;
  /** An instant in UTC, ISO 8601. */
  lastUsedAt: string | null;
  lastUsedAddress: string | null;
}

export interface RevokedSessions {
  /** Those that were open and are closed now. */
  sessionIds: string[];
}

export interface SentInvitation {
  id: string;
  workspaceId: string;
  email: string;
  role: "admin" | "member" | "owner" | "viewer";
  /** The user who asked, or whose key did; null where a machine did, or where Clerk manages the members. */
  invitedById: string | null;
  /** An instant in UTC, ISO 8601. */
  expiresAt: string;
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
  /** False: the mail server did not take it. */
  mailSent: boolean;
}

export interface Session {
  /** Clerk's id, `sess_…`. */
  id: string;
  /** Clerk's word: `active` and `pending` are open, `revoked`, `ended`, `expired` and others are closed. */
  status: string;
  /** Whether this call was made with it. */
  isCurrent: boolean;
  browser: string | null;
  device: string | null;
  city: string | null;
  country: string | null;
  /** An instant in UTC, ISO 8601. */
  lastActiveAt: string;
  /** An instant in UTC, ISO 8601. */
  expiresAt: string;
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
}

export interface SessionPage {
  items: Session[];
  nextCursor: string | null;
}

export interface SignInToken {
  id: string;
  clerkId: string;
  token: string;
  /** Opens the session in a browser. */
  url: string;
  /** An instant in UTC, ISO 8601. */
  expiresAt: string;
}

export interface UsageRecord {
  id: string;
  meter: string;
  quantity: number;
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
}

export interface UsageRecordFields {
  /** At most 100 characters. */
  meter: string;
  /** 1 to 1000000000000. */
  quantity: number;
  /** 1 to 200 characters. */
  idempotencyKey: string;
}

export interface UsageRecordInput extends UsageRecordFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface UsageSeries {
  /** A day in UTC, such as 2026-01-31. */
  from: string;
  /** A day in UTC, such as 2026-01-31. */
  to: string;
  items: {
    /** A day in UTC, such as 2026-01-31. */
    day: string;
    meter: string;
    quantity: number;
  }[];
}

export interface UsageSeriesFields {
  /** The first day; 29 days before the last one where it is left out. */
  from?: string;
  /** The last day; today where it is left out. */
  to?: string;
  /**
   * Only this one.
   * 1 to 200 characters.
   */
  meter?: string;
  /** Only what was used with this API key. */
  apiKeyId?: string;
}

export interface UsageSeriesInput extends UsageSeriesFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface UsageSummary {
  /** A day in UTC, such as 2026-01-31. */
  from: string;
  /** A day in UTC, such as 2026-01-31. */
  to: string;
  items: {
    meter: string;
    /** The API key that was used; null for people and machines. */
    apiKeyId: string | null;
    quantity: number;
  }[];
}

export interface UsageSummaryFields {
  /** The first day; 29 days before the last one where it is left out. */
  from?: string;
  /** The last day; today where it is left out. */
  to?: string;
}

export interface UsageSummaryInput extends UsageSummaryFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface User {
  id: string;
  number: number;
  clerkId: string;
  /** The primary e-mail address at Clerk; null where there is none. */
  email: string | null;
  emailVerified: boolean;
  name: string | null;
  imageUrl: string | null;
  hasProductAccess: boolean;
  role: "admin" | "user";
  banned: boolean;
  /** Clerk has locked him out for a time, after too many wrong passwords. */
  locked: boolean;
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
  /** An instant in UTC, ISO 8601. */
  updatedAt: string;
}

export interface UserMetadata {
  clerkId: string;
  /** Read by frontends, written by backends. */
  publicMetadata: Record<string, unknown>;
  /** Read and written by backends only. */
  privateMetadata: Record<string, unknown>;
  /** Written by the user himself. */
  unsafeMetadata: Record<string, unknown>;
}

export interface UserPage {
  items: User[];
  nextCursor: string | null;
}

export interface WebhookEvent {
  provider: "clerk" | "paypal" | "stripe";
  /** The provider's id of the message. */
  id: string;
  type: string;
  /** Ignored: it means nothing here, or came too late; review: it waits for a person. */
  outcome: "applied" | "failed" | "ignored" | "review";
  attempts: number;
  /** The kind of the last failure. */
  lastError: string | null;
  /** Why a person should look at it. */
  review: string | null;
  /** Ids and amounts that lead to the matter at the provider. */
  details: unknown;
  /** What its handler reads is kept, here or at the provider. */
  canReplay: boolean;
  /** An instant in UTC, ISO 8601. */
  receivedAt: string;
  /**
   * When it last came or was run.
   * An instant in UTC, ISO 8601.
   */
  lastAt: string;
  /** An instant in UTC, ISO 8601. */
  appliedAt: string | null;
}

export interface WebhookEventPage {
  items: WebhookEvent[];
  nextCursor: string | null;
}

export interface Whoami {
  /** `rejected`: a credential was sent and opens nothing; `code` and `reason` say why. */
  kind: "anonymous" | "apiKey" | "machine" | "organization" | "rejected" | "user";
  /** The Clerk user id, the API key's id (`organization`: Clerk's id of it) or the machine's id. */
  subject: string | null;
  /** How a user, or the key of an organization, proved who he is. */
  via: "clerkApiKey" | "oauth" | "session" | "template" | null;
  sessionId: string | null;
  /** The active organization of the token, or the one that the key belongs to, by its Clerk id. */
  organizationId: string | null;
  /** The Clerk user id of the person who impersonates the user. */
  actor: string | null;
  /** The OAuth client that acts for the user. */
  clientId: string | null;
  /** An instant in UTC, ISO 8601. */
  expiresAt: string | null;
  /** Null: not limited by scopes. */
  scopes: string[] | null;
  tier: "lite" | "professional" | "standard" | null;
  /** For a rejected credential the code that other procedures would answer. */
  code: string | null;
  /** For a rejected Clerk token what precisely is wrong with it. */
  reason: string | null;
}

export interface Workspace {
  id: string;
  name: string;
  slug: string;
  /** `clerk`: it mirrors a Clerk organization. */
  managedBy: "clerk" | "local";
  tier: "lite" | "professional" | "standard";
  /** The caller's role; null for an API key or a machine. */
  role: "admin" | "member" | "owner" | "viewer" | null;
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
}

export type WorkspaceEvent = {
  kind: "changed";
  /** The procedure's path, such as `projects.update`, or the type of Clerk's event. */
  action: string;
  /** What was changed. */
  subject: {
    type: string;
    id: string;
  };
  /** An instant in UTC, ISO 8601. */
  createdAt: string;
} | {
  kind: "ready";
} | {
  kind: "reset";
};

export interface WorkspacePage {
  items: Workspace[];
  nextCursor: string | null;
}

export interface WorkspacesCreateInput {
  /** 1 to 200 characters. */
  name: string;
  /**
   * Made from the name where it is left out.
   * At most 60 characters.
   */
  slug?: string;
  /**
   * `organization`: it is made at Clerk, and its members are managed there.
   * @default "local"
   */
  kind?: "local" | "organization";
}

export interface WorkspacesDeleteInput {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface WorkspacesGetInput {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface WorkspacesLeaveInput {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface WorkspacesListInput {
  /**
   * `nextCursor` of the page before; left out for the first page.
   * 1 to 200 characters.
   */
  cursor?: string;
  /**
   * How many items at most; 20 unless told otherwise.
   * 1 to 100.
   * @default 20
   */
  limit?: number;
  /**
   * Those that were deleted and can be restored, instead of the others.
   * @default false
   */
  deleted?: boolean;
}

export interface WorkspacesRestoreInput {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface WorkspacesTransferOwnershipFields {
  userId: string;
}

export interface WorkspacesTransferOwnershipInput extends WorkspacesTransferOwnershipFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

export interface WorkspacesUpdateFields {
  /** 1 to 200 characters. */
  name?: string;
  /** At most 60 characters. */
  slug?: string;
}

export interface WorkspacesUpdateInput extends WorkspacesUpdateFields {
  /** The workspace that is meant. */
  workspaceId: string;
}

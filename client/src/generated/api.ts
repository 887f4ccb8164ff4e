// Printed from the server's router by `npm run generate`. Changes here are lost.

import type {
  Mutation,
  Query,
  Subscription,
} from "./call.ts";
import type {
  AdminErrors,
  ProtectedErrors,
  PublicErrors,
  WorkspaceErrors,
} from "./errors.ts";
import type {
  AccessCode,
  AccessCodePage,
  AccessCodesRedeemInput,
  AdminAccessCodesCreateInput,
  AdminAccessCodesListInput,
  AdminAccessCodesRevokeInput,
  AdminAuditListInput,
  AdminCreditsAdjustInput,
  AdminSyncReconcileInput,
  AdminUsersBanInput,
  AdminUsersCreateSignInTokenInput,
  AdminUsersDeleteInput,
  AdminUsersGetInput,
  AdminUsersListInput,
  AdminUsersSetRoleInput,
  AdminUsersUnbanInput,
  AdminUsersUpdateMetadataInput,
  AdminWebhooksGetInput,
  AdminWebhooksListInput,
  AdminWebhooksReplayInput,
  AdminWorkspace,
  AdminWorkspacePage,
  AdminWorkspacesListInput,
  AdminWorkspacesSetTierInput,
  ApiKey,
  ApiKeyPage,
  ApiKeysCreateFields,
  ApiKeysCreateInput,
  ApiKeysGetFields,
  ApiKeysGetInput,
  ApiKeysListFields,
  ApiKeysListInput,
  ApiKeysRevokeFields,
  ApiKeysRevokeInput,
  ApiKeysRotateFields,
  ApiKeysRotateInput,
  ApiKeysUpdateFields,
  ApiKeysUpdateInput,
  AuditEntryPage,
  AuditListFields,
  AuditListInput,
  BillingCheckoutFields,
  BillingCheckoutInput,
  BillingPaymentsFields,
  BillingPaymentsInput,
  Checkout,
  ClerkDifferences,
  ClosedInvitation,
  CreditBalance,
  CreditEntry,
  CreditEntryPage,
  CreditExplanation,
  CreditHold,
  CreditPackList,
  CreditsBalanceInput,
  CreditsCaptureFields,
  CreditsCaptureInput,
  CreditsEntriesFields,
  CreditsEntriesInput,
  CreditsExplainFields,
  CreditsExplainInput,
  CreditsHoldFields,
  CreditsHoldInput,
  CreditsReleaseFields,
  CreditsReleaseInput,
  CreditsSpendFields,
  CreditsSpendInput,
  DeletedMe,
  DeletedProject,
  DeletedUser,
  DeletedWorkspace,
  EventsSubscribeFields,
  EventsSubscribeInput,
  InvitationPage,
  InvitationsAcceptInput,
  InvitationsCreateFields,
  InvitationsCreateInput,
  InvitationsDeclineInput,
  InvitationsListFields,
  InvitationsListInput,
  InvitationsListMineInput,
  InvitationsResendFields,
  InvitationsResendInput,
  InvitationsRevokeFields,
  InvitationsRevokeInput,
  LeftWorkspace,
  MachineMember,
  MachinePage,
  Me,
  MeCreditsEntriesInput,
  MeDeleteInput,
  MeExportDataInput,
  MeSessionsListInput,
  MeSessionsRevokeInput,
  MeUpdateMetadataInput,
  Member,
  MemberPage,
  MembersAddMachineFields,
  MembersAddMachineInput,
  MembersListFields,
  MembersListInput,
  MembersListMachinesFields,
  MembersListMachinesInput,
  MembersRemovalPreviewFields,
  MembersRemovalPreviewInput,
  MembersRemoveFields,
  MembersRemoveInput,
  MembersRemoveMachineFields,
  MembersRemoveMachineInput,
  MembersUpdateRoleFields,
  MembersUpdateRoleInput,
  MyInvitationPage,
  NewAccessCode,
  NewApiKey,
  OwnMetadata,
  PaymentPage,
  PersonalData,
  Project,
  ProjectPage,
  ProjectsArchiveFields,
  ProjectsArchiveInput,
  ProjectsCreateFields,
  ProjectsCreateInput,
  ProjectsDeleteFields,
  ProjectsDeleteInput,
  ProjectsGetFields,
  ProjectsGetInput,
  ProjectsListFields,
  ProjectsListInput,
  ProjectsUnarchiveFields,
  ProjectsUnarchiveInput,
  ProjectsUpdateFields,
  ProjectsUpdateInput,
  RemovalPreview,
  RemovedMachine,
  RemovedMember,
  RevokedSessions,
  SentInvitation,
  SessionPage,
  SignInToken,
  UsageRecord,
  UsageRecordFields,
  UsageRecordInput,
  UsageSeries,
  UsageSeriesFields,
  UsageSeriesInput,
  UsageSummary,
  UsageSummaryFields,
  UsageSummaryInput,
  User,
  UserMetadata,
  UserPage,
  WebhookEvent,
  WebhookEventPage,
  Whoami,
  Workspace,
  WorkspaceEvent,
  WorkspacePage,
  WorkspacesCreateInput,
  WorkspacesDeleteInput,
  WorkspacesGetInput,
  WorkspacesLeaveInput,
  WorkspacesListInput,
  WorkspacesRestoreInput,
  WorkspacesTransferOwnershipFields,
  WorkspacesTransferOwnershipInput,
  WorkspacesUpdateFields,
  WorkspacesUpdateInput,
} from "./types.ts";

export interface AuthClient {
  /**
   * Who the server takes the caller for, and precisely why a credential is refused.
   *
   * Public procedure. REST: `GET /api/v1/auth/whoami`.
   */
  whoami: Query<void, Whoami, PublicErrors>;
}

export interface MeSessionsClient {
  /**
   * Where the user is signed in, the newest first.
   *
   * Protected procedure. REST: `GET /api/v1/me/sessions`.
   * Refuses with `NOT_FOUND`, `PROVIDER_ERROR`, beside {@link ProtectedErrors}.
   */
  list: Query<MeSessionsListInput | void, SessionPage, ProtectedErrors | "NOT_FOUND" | "PROVIDER_ERROR">;
  /**
   * Sign one of the user's devices out, or all but this one.
   *
   * Protected procedure. REST: `POST /api/v1/me/sessions/revoke`.
   * Refuses with `NOT_FOUND`, `PROVIDER_ERROR`, beside {@link ProtectedErrors}.
   */
  revoke: Mutation<MeSessionsRevokeInput | void, RevokedSessions, ProtectedErrors | "NOT_FOUND" | "PROVIDER_ERROR">;
}

export interface MeCreditsClient {
  /**
   * The caller's own credits.
   *
   * Protected procedure. REST: `GET /api/v1/me/credits/balance`.
   */
  balance: Query<void, CreditBalance, ProtectedErrors>;
  /**
   * What came in and what went out of the caller's own account, the newest first.
   *
   * Protected procedure. REST: `GET /api/v1/me/credits/entries`.
   */
  entries: Query<MeCreditsEntriesInput | void, CreditEntryPage, ProtectedErrors>;
}

export interface MeClient {
  /**
   * The signed-in user.
   *
   * Protected procedure. REST: `GET /api/v1/me`.
   */
  get: Query<void, Me, ProtectedErrors>;
  /**
   * Change what the user keeps about himself at Clerk (unsafe metadata).
   *
   * Protected procedure. REST: `POST /api/v1/me/update-metadata`.
   * Refuses with `NOT_FOUND`, `PROVIDER_ERROR`, beside {@link ProtectedErrors}.
   */
  updateMetadata: Mutation<MeUpdateMetadataInput, OwnMetadata, ProtectedErrors | "NOT_FOUND" | "PROVIDER_ERROR">;
  /**
   * Everything that is held about the caller.
   *
   * Protected procedure. REST: `GET /api/v1/me/export-data`.
   */
  exportData: Query<MeExportDataInput | void, PersonalData, ProtectedErrors>;
  /**
   * Delete the caller for good, at Clerk and here.
   *
   * Protected procedure. REST: `DELETE /api/v1/me`.
   * Refuses with `LAST_OWNER`, `PROVIDER_ERROR`, beside {@link ProtectedErrors}.
   */
  delete: Mutation<MeDeleteInput | void, DeletedMe, ProtectedErrors | "LAST_OWNER" | "PROVIDER_ERROR">;
  sessions: MeSessionsClient;
  credits: MeCreditsClient;
}

export interface AccessCodesClient {
  /**
   * Redeem an access code and get product access.
   *
   * Protected procedure. REST: `POST /api/v1/access-codes/redeem`.
   * Refuses with `CODE_INVALID`, beside {@link ProtectedErrors}.
   */
  redeem: Mutation<AccessCodesRedeemInput, Me, ProtectedErrors | "CODE_INVALID">;
}

export interface WorkspacesClient {
  /**
   * Make a workspace; the caller becomes its owner.
   *
   * Protected procedure. REST: `POST /api/v1/workspaces`.
   * Refuses with `ACCESS_REQUIRED`, `LIMIT_REACHED`, `NOT_FOUND`, `PROVIDER_ERROR`, `SLUG_TAKEN`, beside {@link ProtectedErrors}.
   */
  create: Mutation<WorkspacesCreateInput, Workspace, ProtectedErrors | "ACCESS_REQUIRED" | "LIMIT_REACHED" | "NOT_FOUND" | "PROVIDER_ERROR" | "SLUG_TAKEN">;
  /**
   * The caller's workspaces, the newest first.
   *
   * Protected procedure. REST: `GET /api/v1/workspaces`.
   */
  list: Query<WorkspacesListInput | void, WorkspacePage, ProtectedErrors>;
  /**
   * One workspace.
   *
   * Workspace procedure, needs `workspace:read`. REST: `GET /api/v1/workspaces/{workspaceId}`.
   */
  get: Query<WorkspacesGetInput, Workspace, WorkspaceErrors>;
  /**
   * Change a workspace's name or slug.
   *
   * Workspace procedure, needs `workspace:update`. REST: `PATCH /api/v1/workspaces/{workspaceId}`.
   * Refuses with `NOT_FOUND`, `PROVIDER_ERROR`, `SLUG_TAKEN`, beside {@link WorkspaceErrors}.
   */
  update: Mutation<WorkspacesUpdateInput, Workspace, WorkspaceErrors | "NOT_FOUND" | "PROVIDER_ERROR" | "SLUG_TAKEN">;
  /**
   * Close a workspace; a local one can be restored for 30 days and is purged afterwards.
   *
   * Workspace procedure, needs `workspace:delete`. REST: `DELETE /api/v1/workspaces/{workspaceId}`.
   * Refuses with `PROVIDER_ERROR`, beside {@link WorkspaceErrors}.
   */
  delete: Mutation<WorkspacesDeleteInput, DeletedWorkspace, WorkspaceErrors | "PROVIDER_ERROR">;
  /**
   * Open a deleted workspace again, with all that it held.
   *
   * Workspace procedure, needs `workspace:delete`. REST: `POST /api/v1/workspaces/{workspaceId}/restore`.
   * Refuses with `LIMIT_REACHED`, beside {@link WorkspaceErrors}.
   */
  restore: Mutation<WorkspacesRestoreInput, Workspace, WorkspaceErrors | "LIMIT_REACHED">;
  /**
   * End one's own membership.
   *
   * Workspace procedure, needs any member. REST: `POST /api/v1/workspaces/{workspaceId}/leave`.
   * Refuses with `LAST_OWNER`, `NOT_MEMBER`, `PROVIDER_ERROR`, beside {@link WorkspaceErrors}.
   */
  leave: Mutation<WorkspacesLeaveInput, LeftWorkspace, WorkspaceErrors | "LAST_OWNER" | "NOT_MEMBER" | "PROVIDER_ERROR">;
  /**
   * Make another member owner; the caller becomes admin.
   *
   * Workspace procedure, needs `workspace:delete`. REST: `POST /api/v1/workspaces/{workspaceId}/transfer-ownership`.
   * Refuses with `NOT_FOUND`, `NOT_MEMBER`, `PROVIDER_ERROR`, beside {@link WorkspaceErrors}.
   */
  transferOwnership: Mutation<WorkspacesTransferOwnershipInput, Workspace, WorkspaceErrors | "NOT_FOUND" | "NOT_MEMBER" | "PROVIDER_ERROR">;
}

export interface MembersClient {
  /**
   * The members of a workspace.
   *
   * Workspace procedure, needs `members:read`. REST: `GET /api/v1/members`.
   */
  list: Query<MembersListInput, MemberPage, WorkspaceErrors>;
  /**
   * Give a member another role.
   *
   * Workspace procedure, needs `members:manage`. REST: `PATCH /api/v1/members/{userId}`.
   * Refuses with `LAST_OWNER`, `NOT_FOUND`, `NOT_MEMBER`, `PROVIDER_ERROR`, `ROLE_ESCALATION`, beside {@link WorkspaceErrors}.
   */
  updateRole: Mutation<MembersUpdateRoleInput, Member, WorkspaceErrors | "LAST_OWNER" | "NOT_FOUND" | "NOT_MEMBER" | "PROVIDER_ERROR" | "ROLE_ESCALATION">;
  /**
   * What removing a member would take away.
   *
   * Workspace procedure, needs `members:manage`. REST: `GET /api/v1/members/{userId}/removal-preview`.
   * Refuses with `NOT_FOUND`, beside {@link WorkspaceErrors}.
   */
  removalPreview: Query<MembersRemovalPreviewInput, RemovalPreview, WorkspaceErrors | "NOT_FOUND">;
  /**
   * Remove a member; what was made in his name ends with it.
   *
   * Workspace procedure, needs `members:manage`. REST: `DELETE /api/v1/members/{userId}`.
   * Refuses with `LAST_OWNER`, `NOT_FOUND`, `NOT_MEMBER`, `PROVIDER_ERROR`, `ROLE_ESCALATION`, beside {@link WorkspaceErrors}.
   */
  remove: Mutation<MembersRemoveInput, RemovedMember, WorkspaceErrors | "LAST_OWNER" | "NOT_FOUND" | "NOT_MEMBER" | "PROVIDER_ERROR" | "ROLE_ESCALATION">;
  /**
   * Let a machine of the Clerk instance into the workspace.
   *
   * Workspace procedure, needs `members:manage`. The operator may keep it for higher tiers (`machines`). REST: `POST /api/v1/machines`.
   * Refuses with `ALREADY_MEMBER`, `ROLE_ESCALATION`, `TIER_REQUIRED`, beside {@link WorkspaceErrors}.
   */
  addMachine: Mutation<MembersAddMachineInput, MachineMember, WorkspaceErrors | "ALREADY_MEMBER" | "ROLE_ESCALATION" | "TIER_REQUIRED">;
  /**
   * The machines that may enter the workspace, the newest first.
   *
   * Workspace procedure, needs `members:read`. REST: `GET /api/v1/machines`.
   */
  listMachines: Query<MembersListMachinesInput, MachinePage, WorkspaceErrors>;
  /**
   * Let a machine in no longer.
   *
   * Workspace procedure, needs `members:manage`. REST: `DELETE /api/v1/machines/{machineId}`.
   * Refuses with `NOT_FOUND`, beside {@link WorkspaceErrors}.
   */
  removeMachine: Mutation<MembersRemoveMachineInput, RemovedMachine, WorkspaceErrors | "NOT_FOUND">;
}

export interface InvitationsClient {
  /**
   * Invite somebody by e-mail; inviting the same address again replaces its open invitation.
   *
   * Workspace procedure, needs `members:manage`. REST: `POST /api/v1/invitations`.
   * Refuses with `ALREADY_MEMBER`, `LIMIT_REACHED`, `NOT_FOUND`, `PROVIDER_ERROR`, `ROLE_ESCALATION`, beside {@link WorkspaceErrors}.
   */
  create: Mutation<InvitationsCreateInput, SentInvitation, WorkspaceErrors | "ALREADY_MEMBER" | "LIMIT_REACHED" | "NOT_FOUND" | "PROVIDER_ERROR" | "ROLE_ESCALATION">;
  /**
   * The open invitations of a workspace, the newest first.
   *
   * Workspace procedure, needs `members:manage`. REST: `GET /api/v1/invitations`.
   */
  list: Query<InvitationsListInput, InvitationPage, WorkspaceErrors>;
  /**
   * Send an open invitation again, with a fresh expiry; one of Clerk's has a new id then.
   *
   * Workspace procedure, needs `members:manage`. REST: `POST /api/v1/invitations/{invitationId}/resend`.
   * Refuses with `ALREADY_MEMBER`, `LIMIT_REACHED`, `NOT_FOUND`, `PROVIDER_ERROR`, `ROLE_ESCALATION`, beside {@link WorkspaceErrors}.
   */
  resend: Mutation<InvitationsResendInput, SentInvitation, WorkspaceErrors | "ALREADY_MEMBER" | "LIMIT_REACHED" | "NOT_FOUND" | "PROVIDER_ERROR" | "ROLE_ESCALATION">;
  /**
   * End an open invitation.
   *
   * Workspace procedure, needs `members:manage`. REST: `POST /api/v1/invitations/{invitationId}/revoke`.
   * Refuses with `NOT_FOUND`, `PROVIDER_ERROR`, beside {@link WorkspaceErrors}.
   */
  revoke: Mutation<InvitationsRevokeInput, ClosedInvitation, WorkspaceErrors | "NOT_FOUND" | "PROVIDER_ERROR">;
  /**
   * The invitations that the caller can accept, the newest first.
   *
   * Protected procedure. REST: `GET /api/v1/invitations/list-mine`.
   */
  listMine: Query<InvitationsListMineInput | void, MyInvitationPage, ProtectedErrors>;
  /**
   * Accept an invitation to one's own verified address.
   *
   * Protected procedure. REST: `POST /api/v1/invitations/{invitationId}/accept`.
   * Refuses with `ALREADY_MEMBER`, `EMAIL_MISMATCH`, `INVITATION_EXPIRED`, `LIMIT_REACHED`, `NOT_FOUND`, beside {@link ProtectedErrors}.
   */
  accept: Mutation<InvitationsAcceptInput, Workspace, ProtectedErrors | "ALREADY_MEMBER" | "EMAIL_MISMATCH" | "INVITATION_EXPIRED" | "LIMIT_REACHED" | "NOT_FOUND">;
  /**
   * Decline an invitation to one's own verified address.
   *
   * Protected procedure. REST: `POST /api/v1/invitations/{invitationId}/decline`.
   * Refuses with `EMAIL_MISMATCH`, `NOT_FOUND`, beside {@link ProtectedErrors}.
   */
  decline: Mutation<InvitationsDeclineInput, ClosedInvitation, ProtectedErrors | "EMAIL_MISMATCH" | "NOT_FOUND">;
}

export interface ProjectsClient {
  /**
   * Make a project.
   *
   * Workspace procedure, needs `projects:write`. REST: `POST /api/v1/projects`.
   * Refuses with `LIMIT_REACHED`, beside {@link WorkspaceErrors}.
   */
  create: Mutation<ProjectsCreateInput, Project, WorkspaceErrors | "LIMIT_REACHED">;
  /**
   * The projects of a workspace, the newest first.
   *
   * Workspace procedure, needs `projects:read`. REST: `GET /api/v1/projects`.
   */
  list: Query<ProjectsListInput, ProjectPage, WorkspaceErrors>;
  /**
   * One project.
   *
   * Workspace procedure, needs `projects:read`. REST: `GET /api/v1/projects/{projectId}`.
   * Refuses with `NOT_FOUND`, beside {@link WorkspaceErrors}.
   */
  get: Query<ProjectsGetInput, Project, WorkspaceErrors | "NOT_FOUND">;
  /**
   * Change a project's name or description.
   *
   * Workspace procedure, needs `projects:write`. REST: `PATCH /api/v1/projects/{projectId}`.
   * Refuses with `NOT_FOUND`, `VERSION_CONFLICT`, beside {@link WorkspaceErrors}.
   */
  update: Mutation<ProjectsUpdateInput, Project, WorkspaceErrors | "NOT_FOUND" | "VERSION_CONFLICT">;
  /**
   * Take a project out of the way without losing it.
   *
   * Workspace procedure, needs `projects:write`. REST: `POST /api/v1/projects/{projectId}/archive`.
   * Refuses with `NOT_FOUND`, `VERSION_CONFLICT`, beside {@link WorkspaceErrors}.
   */
  archive: Mutation<ProjectsArchiveInput, Project, WorkspaceErrors | "NOT_FOUND" | "VERSION_CONFLICT">;
  /**
   * Bring an archived project back.
   *
   * Workspace procedure, needs `projects:write`. REST: `POST /api/v1/projects/{projectId}/unarchive`.
   * Refuses with `NOT_FOUND`, `VERSION_CONFLICT`, beside {@link WorkspaceErrors}.
   */
  unarchive: Mutation<ProjectsUnarchiveInput, Project, WorkspaceErrors | "NOT_FOUND" | "VERSION_CONFLICT">;
  /**
   * Delete a project for good.
   *
   * Workspace procedure, needs `projects:write`. REST: `DELETE /api/v1/projects/{projectId}`.
   * Refuses with `NOT_FOUND`, beside {@link WorkspaceErrors}.
   */
  delete: Mutation<ProjectsDeleteInput, DeletedProject, WorkspaceErrors | "NOT_FOUND">;
}

export interface ApiKeysClient {
  /**
   * Make an API key; its secret is in this answer only.
   *
   * Workspace procedure, needs `apiKeys:manage`. REST: `POST /api/v1/api-keys`.
   * Refuses with `LIMIT_REACHED`, `TIER_REQUIRED`, beside {@link WorkspaceErrors}.
   */
  create: Mutation<ApiKeysCreateInput, NewApiKey, WorkspaceErrors | "LIMIT_REACHED" | "TIER_REQUIRED">;
  /**
   * The API keys of a workspace, the newest first.
   *
   * Workspace procedure, needs `apiKeys:read`. REST: `GET /api/v1/api-keys`.
   */
  list: Query<ApiKeysListInput, ApiKeyPage, WorkspaceErrors>;
  /**
   * One API key, and who still calls with its old secret after a rotation.
   *
   * Workspace procedure, needs `apiKeys:read`. REST: `GET /api/v1/api-keys/{apiKeyId}`.
   * Refuses with `NOT_FOUND`, beside {@link WorkspaceErrors}.
   */
  get: Query<ApiKeysGetInput, ApiKey, WorkspaceErrors | "NOT_FOUND">;
  /**
   * Change an API key's name, scopes, tier, expiry or addresses.
   *
   * Workspace procedure, needs `apiKeys:manage`. REST: `PATCH /api/v1/api-keys/{apiKeyId}`.
   * Refuses with `NOT_FOUND`, `TIER_REQUIRED`, beside {@link WorkspaceErrors}.
   */
  update: Mutation<ApiKeysUpdateInput, ApiKey, WorkspaceErrors | "NOT_FOUND" | "TIER_REQUIRED">;
  /**
   * Give an API key a new secret; the old one works until its grace period ends.
   *
   * Workspace procedure, needs `apiKeys:manage`. REST: `POST /api/v1/api-keys/{apiKeyId}/rotate`.
   * Refuses with `NOT_FOUND`, `TIER_REQUIRED`, beside {@link WorkspaceErrors}.
   */
  rotate: Mutation<ApiKeysRotateInput, NewApiKey, WorkspaceErrors | "NOT_FOUND" | "TIER_REQUIRED">;
  /**
   * End an API key, its old secret and the tokens signed with either, at once.
   *
   * Workspace procedure, needs `apiKeys:manage`. REST: `POST /api/v1/api-keys/{apiKeyId}/revoke`.
   * Refuses with `NOT_FOUND`, beside {@link WorkspaceErrors}.
   */
  revoke: Mutation<ApiKeysRevokeInput, ApiKey, WorkspaceErrors | "NOT_FOUND">;
}

export interface CreditsClient {
  /**
   * The credits of a workspace.
   *
   * Workspace procedure, needs `billing:read`. REST: `GET /api/v1/credits/balance`.
   */
  balance: Query<CreditsBalanceInput, CreditBalance, WorkspaceErrors>;
  /**
   * What came in and what went out, the newest first.
   *
   * Workspace procedure, needs `billing:read`. REST: `GET /api/v1/credits/entries`.
   */
  entries: Query<CreditsEntriesInput, CreditEntryPage, WorkspaceErrors>;
  /**
   * Which entries make the balance of a moment.
   *
   * Workspace procedure, needs `billing:read`. REST: `GET /api/v1/credits/explain`.
   */
  explain: Query<CreditsExplainInput, CreditExplanation, WorkspaceErrors>;
  /**
   * Spend credits, once for each idempotency key.
   *
   * Workspace procedure, needs `usage:write`. REST: `POST /api/v1/credits/spend`.
   * Refuses with `IDEMPOTENCY_KEY_REUSED`, `INSUFFICIENT_CREDITS`, beside {@link WorkspaceErrors}.
   */
  spend: Mutation<CreditsSpendInput, CreditEntry, WorkspaceErrors | "IDEMPOTENCY_KEY_REUSED" | "INSUFFICIENT_CREDITS">;
  /**
   * Set credits aside for work that may fail.
   *
   * Workspace procedure, needs `usage:write`. REST: `POST /api/v1/credits/hold`.
   * Refuses with `IDEMPOTENCY_KEY_REUSED`, `INSUFFICIENT_CREDITS`, beside {@link WorkspaceErrors}.
   */
  hold: Mutation<CreditsHoldInput, CreditHold, WorkspaceErrors | "IDEMPOTENCY_KEY_REUSED" | "INSUFFICIENT_CREDITS">;
  /**
   * Spend what is held, or a part of it.
   *
   * Workspace procedure, needs `usage:write`. REST: `POST /api/v1/credits/holds/{holdId}/capture`.
   * Refuses with `HOLD_EXPIRED`, `IDEMPOTENCY_KEY_REUSED`, `NOT_FOUND`, beside {@link WorkspaceErrors}.
   */
  capture: Mutation<CreditsCaptureInput, CreditHold, WorkspaceErrors | "HOLD_EXPIRED" | "IDEMPOTENCY_KEY_REUSED" | "NOT_FOUND">;
  /**
   * Free what is held.
   *
   * Workspace procedure, needs `usage:write`. REST: `POST /api/v1/credits/holds/{holdId}/release`.
   * Refuses with `HOLD_EXPIRED`, `NOT_FOUND`, beside {@link WorkspaceErrors}.
   */
  release: Mutation<CreditsReleaseInput, CreditHold, WorkspaceErrors | "HOLD_EXPIRED" | "NOT_FOUND">;
}

export interface BillingClient {
  /**
   * The credit packs that are sold.
   *
   * Public procedure. REST: `GET /api/v1/billing/plans`.
   */
  plans: Query<void, CreditPackList, PublicErrors>;
  /**
   * Open a page of Stripe or PayPal where a pack can be bought.
   *
   * Workspace procedure, needs `billing:manage`. REST: `POST /api/v1/billing/checkout`.
   * Refuses with `IDEMPOTENCY_KEY_REUSED`, `NOT_FOUND`, `PROVIDER_ERROR`, beside {@link WorkspaceErrors}.
   */
  checkout: Mutation<BillingCheckoutInput, Checkout, WorkspaceErrors | "IDEMPOTENCY_KEY_REUSED" | "NOT_FOUND" | "PROVIDER_ERROR">;
  /**
   * What was bought, the newest first.
   *
   * Workspace procedure, needs `billing:read`. REST: `GET /api/v1/billing/payments`.
   */
  payments: Query<BillingPaymentsInput, PaymentPage, WorkspaceErrors>;
}

export interface AuditClient {
  /**
   * Who did what in a workspace, the newest first.
   *
   * Workspace procedure, needs `audit:read`. The operator may keep it for higher tiers (`auditTrail`). REST: `GET /api/v1/audit`.
   * Refuses with `TIER_REQUIRED`, beside {@link WorkspaceErrors}.
   */
  list: Query<AuditListInput, AuditEntryPage, WorkspaceErrors | "TIER_REQUIRED">;
}

export interface UsageClient {
  /**
   * Note that something was used, once for each idempotency key.
   *
   * Workspace procedure, needs `usage:write`. REST: `POST /api/v1/usage/record`.
   * Refuses with `IDEMPOTENCY_KEY_REUSED`, beside {@link WorkspaceErrors}.
   */
  record: Mutation<UsageRecordInput, UsageRecord, WorkspaceErrors | "IDEMPOTENCY_KEY_REUSED">;
  /**
   * What was used in a span of days, by meter and API key.
   *
   * Workspace procedure, needs `usage:read`. REST: `GET /api/v1/usage/summary`.
   */
  summary: Query<UsageSummaryInput, UsageSummary, WorkspaceErrors>;
  /**
   * What was used day by day.
   *
   * Workspace procedure, needs `usage:read`. The operator may keep it for higher tiers (`usageSeries`). REST: `GET /api/v1/usage/series`.
   * Refuses with `NOT_FOUND`, `TIER_REQUIRED`, beside {@link WorkspaceErrors}.
   */
  series: Query<UsageSeriesInput, UsageSeries, WorkspaceErrors | "NOT_FOUND" | "TIER_REQUIRED">;
}

export interface EventsClient {
  /**
   * Hear what changes in the workspace, as far as the caller may see it.
   *
   * Workspace procedure, needs `workspace:read`.
   */
  subscribe: Subscription<EventsSubscribeInput, WorkspaceEvent, WorkspaceErrors>;
}

export interface AdminAccessCodesClient {
  /**
   * Make an access code; the plain code is in this answer only.
   *
   * Admin procedure. REST: `POST /api/v1/admin/access-codes`.
   */
  create: Mutation<AdminAccessCodesCreateInput | void, NewAccessCode, AdminErrors>;
  /**
   * The access codes, the newest first.
   *
   * Admin procedure. REST: `GET /api/v1/admin/access-codes`.
   */
  list: Query<AdminAccessCodesListInput | void, AccessCodePage, AdminErrors>;
  /**
   * End an access code; who has redeemed it keeps his access.
   *
   * Admin procedure. REST: `POST /api/v1/admin/access-codes/{accessCodeId}/revoke`.
   * Refuses with `NOT_FOUND`, beside {@link AdminErrors}.
   */
  revoke: Mutation<AdminAccessCodesRevokeInput, AccessCode, AdminErrors | "NOT_FOUND">;
}

export interface AdminUsersClient {
  /**
   * The users, the newest first.
   *
   * Admin procedure. REST: `GET /api/v1/admin/users`.
   */
  list: Query<AdminUsersListInput | void, UserPage, AdminErrors>;
  /**
   * One user, by UUID, number or Clerk id.
   *
   * Admin procedure. REST: `GET /api/v1/admin/users/{userId}`.
   * Refuses with `NOT_FOUND`, beside {@link AdminErrors}.
   */
  get: Query<AdminUsersGetInput, User, AdminErrors | "NOT_FOUND">;
  /**
   * Shut a user out and revoke his sessions.
   *
   * Admin procedure. REST: `POST /api/v1/admin/users/{userId}/ban`.
   * Refuses with `NOT_FOUND`, `PROVIDER_ERROR`, beside {@link AdminErrors}.
   */
  ban: Mutation<AdminUsersBanInput, User, AdminErrors | "NOT_FOUND" | "PROVIDER_ERROR">;
  /**
   * Let a banned user sign in again.
   *
   * Admin procedure. REST: `POST /api/v1/admin/users/{userId}/unban`.
   * Refuses with `NOT_FOUND`, `PROVIDER_ERROR`, beside {@link AdminErrors}.
   */
  unban: Mutation<AdminUsersUnbanInput, User, AdminErrors | "NOT_FOUND" | "PROVIDER_ERROR">;
  /**
   * Delete a user at Clerk, and everything personal here.
   *
   * Admin procedure. REST: `DELETE /api/v1/admin/users/{userId}`.
   * Refuses with `NOT_FOUND`, `PROVIDER_ERROR`, beside {@link AdminErrors}.
   */
  delete: Mutation<AdminUsersDeleteInput, DeletedUser, AdminErrors | "NOT_FOUND" | "PROVIDER_ERROR">;
  /**
   * Make a user an admin of this installation, or an ordinary user again.
   *
   * Admin procedure. REST: `POST /api/v1/admin/users/{userId}/set-role`.
   * Refuses with `NOT_FOUND`, `PROVIDER_ERROR`, beside {@link AdminErrors}.
   */
  setRole: Mutation<AdminUsersSetRoleInput, User, AdminErrors | "NOT_FOUND" | "PROVIDER_ERROR">;
  /**
   * Change a user's public, private or unsafe metadata at Clerk.
   *
   * Admin procedure. REST: `POST /api/v1/admin/users/{userId}/update-metadata`.
   * Refuses with `NOT_FOUND`, `PROVIDER_ERROR`, beside {@link AdminErrors}.
   */
  updateMetadata: Mutation<AdminUsersUpdateMetadataInput, UserMetadata, AdminErrors | "NOT_FOUND" | "PROVIDER_ERROR">;
  /**
   * A token that signs in as the user, once; it is in this answer only.
   *
   * Admin procedure. REST: `POST /api/v1/admin/users/{userId}/create-sign-in-token`.
   * Refuses with `NOT_FOUND`, `PROVIDER_ERROR`, beside {@link AdminErrors}.
   */
  createSignInToken: Mutation<AdminUsersCreateSignInTokenInput, SignInToken, AdminErrors | "NOT_FOUND" | "PROVIDER_ERROR">;
}

export interface AdminWebhooksClient {
  /**
   * What providers sent, the newest first: what became of it, how often it came, and why it failed.
   *
   * Admin procedure. REST: `GET /api/v1/admin/webhooks`.
   */
  list: Query<AdminWebhooksListInput | void, WebhookEventPage, AdminErrors>;
  /**
   * One event of a provider.
   *
   * Admin procedure. REST: `GET /api/v1/admin/webhooks/{provider}/{id}`.
   * Refuses with `NOT_FOUND`, beside {@link AdminErrors}.
   */
  get: Query<AdminWebhooksGetInput, WebhookEvent, AdminErrors | "NOT_FOUND">;
  /**
   * Run an event again; newer events are not undone by it, and nothing is granted twice.
   *
   * Admin procedure. REST: `POST /api/v1/admin/webhooks/{provider}/{id}/replay`.
   * Refuses with `NOT_FOUND`, `PROVIDER_ERROR`, beside {@link AdminErrors}.
   */
  replay: Mutation<AdminWebhooksReplayInput, WebhookEvent, AdminErrors | "NOT_FOUND" | "PROVIDER_ERROR">;
}

export interface AdminSyncClient {
  /**
   * Compare users, organizations, memberships and invitations with Clerk, and repair the differences.
   *
   * Admin procedure. REST: `POST /api/v1/admin/sync/reconcile`.
   * Refuses with `PROVIDER_ERROR`, beside {@link AdminErrors}.
   */
  reconcile: Mutation<AdminSyncReconcileInput, ClerkDifferences, AdminErrors | "PROVIDER_ERROR">;
}

export interface AdminWorkspacesClient {
  /**
   * All workspaces, deleted ones too, the newest first.
   *
   * Admin procedure. REST: `GET /api/v1/admin/workspaces`.
   */
  list: Query<AdminWorkspacesListInput | void, AdminWorkspacePage, AdminErrors>;
  /**
   * Give a workspace another tier.
   *
   * Admin procedure. REST: `POST /api/v1/admin/workspaces/{workspaceId}/set-tier`.
   * Refuses with `NOT_FOUND`, beside {@link AdminErrors}.
   */
  setTier: Mutation<AdminWorkspacesSetTierInput, AdminWorkspace, AdminErrors | "NOT_FOUND">;
}

export interface AdminCreditsClient {
  /**
   * Give credits to a user or a workspace, or take them.
   *
   * Admin procedure. REST: `POST /api/v1/admin/credits/adjust`.
   * Refuses with `IDEMPOTENCY_KEY_REUSED`, `INSUFFICIENT_CREDITS`, `NOT_FOUND`, beside {@link AdminErrors}.
   */
  adjust: Mutation<AdminCreditsAdjustInput, CreditEntry, AdminErrors | "IDEMPOTENCY_KEY_REUSED" | "INSUFFICIENT_CREDITS" | "NOT_FOUND">;
}

export interface AdminAuditClient {
  /**
   * Who did what in the whole installation, the newest first.
   *
   * Admin procedure. REST: `GET /api/v1/admin/audit`.
   */
  list: Query<AdminAuditListInput | void, AuditEntryPage, AdminErrors>;
}

export interface AdminClient {
  accessCodes: AdminAccessCodesClient;
  users: AdminUsersClient;
  webhooks: AdminWebhooksClient;
  sync: AdminSyncClient;
  workspaces: AdminWorkspacesClient;
  credits: AdminCreditsClient;
  audit: AdminAuditClient;
}

/** Every procedure, as a signed-in user or nobody calls it. */
export interface Api {
  auth: AuthClient;
  me: MeClient;
  accessCodes: AccessCodesClient;
  workspaces: WorkspacesClient;
  members: MembersClient;
  invitations: InvitationsClient;
  projects: ProjectsClient;
  apiKeys: ApiKeysClient;
  credits: CreditsClient;
  billing: BillingClient;
  audit: AuditClient;
  usage: UsageClient;
  events: EventsClient;
  admin: AdminClient;
  /** The procedures of one workspace, with `workspaceId` filled in. */
  workspace(workspaceId: string): WorkspaceApi;
}

export interface WorkspaceWorkspacesClient {
  /**
   * One workspace.
   *
   * Workspace procedure, needs `workspace:read`. REST: `GET /api/v1/workspaces/{workspaceId}`.
   */
  get: Query<void, Workspace, WorkspaceErrors>;
  /**
   * Change a workspace's name or slug.
   *
   * Workspace procedure, needs `workspace:update`. REST: `PATCH /api/v1/workspaces/{workspaceId}`.
   * Refuses with `NOT_FOUND`, `PROVIDER_ERROR`, `SLUG_TAKEN`, beside {@link WorkspaceErrors}.
   */
  update: Mutation<WorkspacesUpdateFields | void, Workspace, WorkspaceErrors | "NOT_FOUND" | "PROVIDER_ERROR" | "SLUG_TAKEN">;
  /**
   * Close a workspace; a local one can be restored for 30 days and is purged afterwards.
   *
   * Workspace procedure, needs `workspace:delete`. REST: `DELETE /api/v1/workspaces/{workspaceId}`.
   * Refuses with `PROVIDER_ERROR`, beside {@link WorkspaceErrors}.
   */
  delete: Mutation<void, DeletedWorkspace, WorkspaceErrors | "PROVIDER_ERROR">;
  /**
   * Open a deleted workspace again, with all that it held.
   *
   * Workspace procedure, needs `workspace:delete`. REST: `POST /api/v1/workspaces/{workspaceId}/restore`.
   * Refuses with `LIMIT_REACHED`, beside {@link WorkspaceErrors}.
   */
  restore: Mutation<void, Workspace, WorkspaceErrors | "LIMIT_REACHED">;
  /**
   * End one's own membership.
   *
   * Workspace procedure, needs any member. REST: `POST /api/v1/workspaces/{workspaceId}/leave`.
   * Refuses with `LAST_OWNER`, `NOT_MEMBER`, `PROVIDER_ERROR`, beside {@link WorkspaceErrors}.
   */
  leave: Mutation<void, LeftWorkspace, WorkspaceErrors | "LAST_OWNER" | "NOT_MEMBER" | "PROVIDER_ERROR">;
  /**
   * Make another member owner; the caller becomes admin.
   *
   * Workspace procedure, needs `workspace:delete`. REST: `POST /api/v1/workspaces/{workspaceId}/transfer-ownership`.
   * Refuses with `NOT_FOUND`, `NOT_MEMBER`, `PROVIDER_ERROR`, beside {@link WorkspaceErrors}.
   */
  transferOwnership: Mutation<WorkspacesTransferOwnershipFields, Workspace, WorkspaceErrors | "NOT_FOUND" | "NOT_MEMBER" | "PROVIDER_ERROR">;
}

export interface WorkspaceMembersClient {
  /**
   * The members of a workspace.
   *
   * Workspace procedure, needs `members:read`. REST: `GET /api/v1/members`.
   */
  list: Query<MembersListFields | void, MemberPage, WorkspaceErrors>;
  /**
   * Give a member another role.
   *
   * Workspace procedure, needs `members:manage`. REST: `PATCH /api/v1/members/{userId}`.
   * Refuses with `LAST_OWNER`, `NOT_FOUND`, `NOT_MEMBER`, `PROVIDER_ERROR`, `ROLE_ESCALATION`, beside {@link WorkspaceErrors}.
   */
  updateRole: Mutation<MembersUpdateRoleFields, Member, WorkspaceErrors | "LAST_OWNER" | "NOT_FOUND" | "NOT_MEMBER" | "PROVIDER_ERROR" | "ROLE_ESCALATION">;
  /**
   * What removing a member would take away.
   *
   * Workspace procedure, needs `members:manage`. REST: `GET /api/v1/members/{userId}/removal-preview`.
   * Refuses with `NOT_FOUND`, beside {@link WorkspaceErrors}.
   */
  removalPreview: Query<MembersRemovalPreviewFields, RemovalPreview, WorkspaceErrors | "NOT_FOUND">;
  /**
   * Remove a member; what was made in his name ends with it.
   *
   * Workspace procedure, needs `members:manage`. REST: `DELETE /api/v1/members/{userId}`.
   * Refuses with `LAST_OWNER`, `NOT_FOUND`, `NOT_MEMBER`, `PROVIDER_ERROR`, `ROLE_ESCALATION`, beside {@link WorkspaceErrors}.
   */
  remove: Mutation<MembersRemoveFields, RemovedMember, WorkspaceErrors | "LAST_OWNER" | "NOT_FOUND" | "NOT_MEMBER" | "PROVIDER_ERROR" | "ROLE_ESCALATION">;
  /**
   * Let a machine of the Clerk instance into the workspace.
   *
   * Workspace procedure, needs `members:manage`. The operator may keep it for higher tiers (`machines`). REST: `POST /api/v1/machines`.
   * Refuses with `ALREADY_MEMBER`, `ROLE_ESCALATION`, `TIER_REQUIRED`, beside {@link WorkspaceErrors}.
   */
  addMachine: Mutation<MembersAddMachineFields, MachineMember, WorkspaceErrors | "ALREADY_MEMBER" | "ROLE_ESCALATION" | "TIER_REQUIRED">;
  /**
   * The machines that may enter the workspace, the newest first.
   *
   * Workspace procedure, needs `members:read`. REST: `GET /api/v1/machines`.
   */
  listMachines: Query<MembersListMachinesFields | void, MachinePage, WorkspaceErrors>;
  /**
   * Let a machine in no longer.
   *
   * Workspace procedure, needs `members:manage`. REST: `DELETE /api/v1/machines/{machineId}`.
   * Refuses with `NOT_FOUND`, beside {@link WorkspaceErrors}.
   */
  removeMachine: Mutation<MembersRemoveMachineFields, RemovedMachine, WorkspaceErrors | "NOT_FOUND">;
}

export interface WorkspaceInvitationsClient {
  /**
   * Invite somebody by e-mail; inviting the same address again replaces its open invitation.
   *
   * Workspace procedure, needs `members:manage`. REST: `POST /api/v1/invitations`.
   * Refuses with `ALREADY_MEMBER`, `LIMIT_REACHED`, `NOT_FOUND`, `PROVIDER_ERROR`, `ROLE_ESCALATION`, beside {@link WorkspaceErrors}.
   */
  create: Mutation<InvitationsCreateFields, SentInvitation, WorkspaceErrors | "ALREADY_MEMBER" | "LIMIT_REACHED" | "NOT_FOUND" | "PROVIDER_ERROR" | "ROLE_ESCALATION">;
  /**
   * The open invitations of a workspace, the newest first.
   *
   * Workspace procedure, needs `members:manage`. REST: `GET /api/v1/invitations`.
   */
  list: Query<InvitationsListFields | void, InvitationPage, WorkspaceErrors>;
  /**
   * Send an open invitation again, with a fresh expiry; one of Clerk's has a new id then.
   *
   * Workspace procedure, needs `members:manage`. REST: `POST /api/v1/invitations/{invitationId}/resend`.
   * Refuses with `ALREADY_MEMBER`, `LIMIT_REACHED`, `NOT_FOUND`, `PROVIDER_ERROR`, `ROLE_ESCALATION`, beside {@link WorkspaceErrors}.
   */
  resend: Mutation<InvitationsResendFields, SentInvitation, WorkspaceErrors | "ALREADY_MEMBER" | "LIMIT_REACHED" | "NOT_FOUND" | "PROVIDER_ERROR" | "ROLE_ESCALATION">;
  /**
   * End an open invitation.
   *
   * Workspace procedure, needs `members:manage`. REST: `POST /api/v1/invitations/{invitationId}/revoke`.
   * Refuses with `NOT_FOUND`, `PROVIDER_ERROR`, beside {@link WorkspaceErrors}.
   */
  revoke: Mutation<InvitationsRevokeFields, ClosedInvitation, WorkspaceErrors | "NOT_FOUND" | "PROVIDER_ERROR">;
}

export interface WorkspaceProjectsClient {
  /**
   * Make a project.
   *
   * Workspace procedure, needs `projects:write`. REST: `POST /api/v1/projects`.
   * Refuses with `LIMIT_REACHED`, beside {@link WorkspaceErrors}.
   */
  create: Mutation<ProjectsCreateFields, Project, WorkspaceErrors | "LIMIT_REACHED">;
  /**
   * The projects of a workspace, the newest first.
   *
   * Workspace procedure, needs `projects:read`. REST: `GET /api/v1/projects`.
   */
  list: Query<ProjectsListFields | void, ProjectPage, WorkspaceErrors>;
  /**
   * One project.
   *
   * Workspace procedure, needs `projects:read`. REST: `GET /api/v1/projects/{projectId}`.
   * Refuses with `NOT_FOUND`, beside {@link WorkspaceErrors}.
   */
  get: Query<ProjectsGetFields, Project, WorkspaceErrors | "NOT_FOUND">;
  /**
   * Change a project's name or description.
   *
   * Workspace procedure, needs `projects:write`. REST: `PATCH /api/v1/projects/{projectId}`.
   * Refuses with `NOT_FOUND`, `VERSION_CONFLICT`, beside {@link WorkspaceErrors}.
   */
  update: Mutation<ProjectsUpdateFields, Project, WorkspaceErrors | "NOT_FOUND" | "VERSION_CONFLICT">;
  /**
   * Take a project out of the way without losing it.
   *
   * Workspace procedure, needs `projects:write`. REST: `POST /api/v1/projects/{projectId}/archive`.
   * Refuses with `NOT_FOUND`, `VERSION_CONFLICT`, beside {@link WorkspaceErrors}.
   */
  archive: Mutation<ProjectsArchiveFields, Project, WorkspaceErrors | "NOT_FOUND" | "VERSION_CONFLICT">;
  /**
   * Bring an archived project back.
   *
   * Workspace procedure, needs `projects:write`. REST: `POST /api/v1/projects/{projectId}/unarchive`.
   * Refuses with `NOT_FOUND`, `VERSION_CONFLICT`, beside {@link WorkspaceErrors}.
   */
  unarchive: Mutation<ProjectsUnarchiveFields, Project, WorkspaceErrors | "NOT_FOUND" | "VERSION_CONFLICT">;
  /**
   * Delete a project for good.
   *
   * Workspace procedure, needs `projects:write`. REST: `DELETE /api/v1/projects/{projectId}`.
   * Refuses with `NOT_FOUND`, beside {@link WorkspaceErrors}.
   */
  delete: Mutation<ProjectsDeleteFields, DeletedProject, WorkspaceErrors | "NOT_FOUND">;
}

export interface WorkspaceApiKeysClient {
  /**
   * Make an API key; its secret is in this answer only.
   *
   * Workspace procedure, needs `apiKeys:manage`. REST: `POST /api/v1/api-keys`.
   * Refuses with `LIMIT_REACHED`, `TIER_REQUIRED`, beside {@link WorkspaceErrors}.
   */
  create: Mutation<ApiKeysCreateFields, NewApiKey, WorkspaceErrors | "LIMIT_REACHED" | "TIER_REQUIRED">;
  /**
   * The API keys of a workspace, the newest first.
   *
   * Workspace procedure, needs `apiKeys:read`. REST: `GET /api/v1/api-keys`.
   */
  list: Query<ApiKeysListFields | void, ApiKeyPage, WorkspaceErrors>;
  /**
   * One API key, and who still calls with its old secret after a rotation.
   *
   * Workspace procedure, needs `apiKeys:read`. REST: `GET /api/v1/api-keys/{apiKeyId}`.
   * Refuses with `NOT_FOUND`, beside {@link WorkspaceErrors}.
   */
  get: Query<ApiKeysGetFields, ApiKey, WorkspaceErrors | "NOT_FOUND">;
  /**
   * Change an API key's name, scopes, tier, expiry or addresses.
   *
   * Workspace procedure, needs `apiKeys:manage`. REST: `PATCH /api/v1/api-keys/{apiKeyId}`.
   * Refuses with `NOT_FOUND`, `TIER_REQUIRED`, beside {@link WorkspaceErrors}.
   */
  update: Mutation<ApiKeysUpdateFields, ApiKey, WorkspaceErrors | "NOT_FOUND" | "TIER_REQUIRED">;
  /**
   * Give an API key a new secret; the old one works until its grace period ends.
   *
   * Workspace procedure, needs `apiKeys:manage`. REST: `POST /api/v1/api-keys/{apiKeyId}/rotate`.
   * Refuses with `NOT_FOUND`, `TIER_REQUIRED`, beside {@link WorkspaceErrors}.
   */
  rotate: Mutation<ApiKeysRotateFields, NewApiKey, WorkspaceErrors | "NOT_FOUND" | "TIER_REQUIRED">;
  /**
   * End an API key, its old secret and the tokens signed with either, at once.
   *
   * Workspace procedure, needs `apiKeys:manage`. REST: `POST /api/v1/api-keys/{apiKeyId}/revoke`.
   * Refuses with `NOT_FOUND`, beside {@link WorkspaceErrors}.
   */
  revoke: Mutation<ApiKeysRevokeFields, ApiKey, WorkspaceErrors | "NOT_FOUND">;
}

export interface WorkspaceCreditsClient {
  /**
   * The credits of a workspace.
   *
   * Workspace procedure, needs `billing:read`. REST: `GET /api/v1/credits/balance`.
   */
  balance: Query<void, CreditBalance, WorkspaceErrors>;
  /**
   * What came in and what went out, the newest first.
   *
   * Workspace procedure, needs `billing:read`. REST: `GET /api/v1/credits/entries`.
   */
  entries: Query<CreditsEntriesFields | void, CreditEntryPage, WorkspaceErrors>;
  /**
   * Which entries make the balance of a moment.
   *
   * Workspace procedure, needs `billing:read`. REST: `GET /api/v1/credits/explain`.
   */
  explain: Query<CreditsExplainFields | void, CreditExplanation, WorkspaceErrors>;
  /**
   * Spend credits, once for each idempotency key.
   *
   * Workspace procedure, needs `usage:write`. REST: `POST /api/v1/credits/spend`.
   * Refuses with `IDEMPOTENCY_KEY_REUSED`, `INSUFFICIENT_CREDITS`, beside {@link WorkspaceErrors}.
   */
  spend: Mutation<CreditsSpendFields, CreditEntry, WorkspaceErrors | "IDEMPOTENCY_KEY_REUSED" | "INSUFFICIENT_CREDITS">;
  /**
   * Set credits aside for work that may fail.
   *
   * Workspace procedure, needs `usage:write`. REST: `POST /api/v1/credits/hold`.
   * Refuses with `IDEMPOTENCY_KEY_REUSED`, `INSUFFICIENT_CREDITS`, beside {@link WorkspaceErrors}.
   */
  hold: Mutation<CreditsHoldFields, CreditHold, WorkspaceErrors | "IDEMPOTENCY_KEY_REUSED" | "INSUFFICIENT_CREDITS">;
  /**
   * Spend what is held, or a part of it.
   *
   * Workspace procedure, needs `usage:write`. REST: `POST /api/v1/credits/holds/{holdId}/capture`.
   * Refuses with `HOLD_EXPIRED`, `IDEMPOTENCY_KEY_REUSED`, `NOT_FOUND`, beside {@link WorkspaceErrors}.
   */
  capture: Mutation<CreditsCaptureFields, CreditHold, WorkspaceErrors | "HOLD_EXPIRED" | "IDEMPOTENCY_KEY_REUSED" | "NOT_FOUND">;
  /**
   * Free what is held.
   *
   * Workspace procedure, needs `usage:write`. REST: `POST /api/v1/credits/holds/{holdId}/release`.
   * Refuses with `HOLD_EXPIRED`, `NOT_FOUND`, beside {@link WorkspaceErrors}.
   */
  release: Mutation<CreditsReleaseFields, CreditHold, WorkspaceErrors | "HOLD_EXPIRED" | "NOT_FOUND">;
}

export interface WorkspaceBillingClient {
  /**
   * The credit packs that are sold.
   *
   * Public procedure. REST: `GET /api/v1/billing/plans`.
   */
  plans: Query<void, CreditPackList, PublicErrors>;
  /**
   * Open a page of Stripe or PayPal where a pack can be bought.
   *
   * Workspace procedure, needs `billing:manage`. REST: `POST /api/v1/billing/checkout`.
   * Refuses with `IDEMPOTENCY_KEY_REUSED`, `NOT_FOUND`, `PROVIDER_ERROR`, beside {@link WorkspaceErrors}.
   */
  checkout: Mutation<BillingCheckoutFields, Checkout, WorkspaceErrors | "IDEMPOTENCY_KEY_REUSED" | "NOT_FOUND" | "PROVIDER_ERROR">;
  /**
   * What was bought, the newest first.
   *
   * Workspace procedure, needs `billing:read`. REST: `GET /api/v1/billing/payments`.
   */
  payments: Query<BillingPaymentsFields | void, PaymentPage, WorkspaceErrors>;
}

export interface WorkspaceAuditClient {
  /**
   * Who did what in a workspace, the newest first.
   *
   * Workspace procedure, needs `audit:read`. The operator may keep it for higher tiers (`auditTrail`). REST: `GET /api/v1/audit`.
   * Refuses with `TIER_REQUIRED`, beside {@link WorkspaceErrors}.
   */
  list: Query<AuditListFields | void, AuditEntryPage, WorkspaceErrors | "TIER_REQUIRED">;
}

export interface WorkspaceUsageClient {
  /**
   * Note that something was used, once for each idempotency key.
   *
   * Workspace procedure, needs `usage:write`. REST: `POST /api/v1/usage/record`.
   * Refuses with `IDEMPOTENCY_KEY_REUSED`, beside {@link WorkspaceErrors}.
   */
  record: Mutation<UsageRecordFields, UsageRecord, WorkspaceErrors | "IDEMPOTENCY_KEY_REUSED">;
  /**
   * What was used in a span of days, by meter and API key.
   *
   * Workspace procedure, needs `usage:read`. REST: `GET /api/v1/usage/summary`.
   */
  summary: Query<UsageSummaryFields | void, UsageSummary, WorkspaceErrors>;
  /**
   * What was used day by day.
   *
   * Workspace procedure, needs `usage:read`. The operator may keep it for higher tiers (`usageSeries`). REST: `GET /api/v1/usage/series`.
   * Refuses with `NOT_FOUND`, `TIER_REQUIRED`, beside {@link WorkspaceErrors}.
   */
  series: Query<UsageSeriesFields | void, UsageSeries, WorkspaceErrors | "NOT_FOUND" | "TIER_REQUIRED">;
}

export interface WorkspaceEventsClient {
  /**
   * Hear what changes in the workspace, as far as the caller may see it.
   *
   * Workspace procedure, needs `workspace:read`.
   */
  subscribe: Subscription<EventsSubscribeFields | void, WorkspaceEvent, WorkspaceErrors>;
}

/** The procedures of one workspace, and the public ones. `workspaceId` is filled in. */
export interface WorkspaceApi {
  auth: AuthClient;
  workspaces: WorkspaceWorkspacesClient;
  members: WorkspaceMembersClient;
  invitations: WorkspaceInvitationsClient;
  projects: WorkspaceProjectsClient;
  apiKeys: WorkspaceApiKeysClient;
  credits: WorkspaceCreditsClient;
  billing: WorkspaceBillingClient;
  audit: WorkspaceAuditClient;
  usage: WorkspaceUsageClient;
  events: WorkspaceEventsClient;
}

/** The procedures that an admin key opens. */
export interface AdminApi {
  admin: AdminClient;
}

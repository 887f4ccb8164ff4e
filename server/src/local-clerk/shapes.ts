/**
 * What Clerk puts on the wire, and what is kept: the same snake_case objects, so that nothing has to be translated and
 * a stored user is exactly the user that an answer or a webhook shows. All instants are integers in milliseconds.
 */
export type Metadata = Record<string, unknown>;

export interface EmailAddress {
  object: "email_address";
  id: string;
  email_address: string;
  reserved: boolean;
  verification: {
    object: "verification_otp" | "verification_admin";
    status: "verified" | "unverified";
    strategy: "email_code" | "admin";
    attempts: number | null;
    expire_at: number | null;
  } | null;
  linked_to: { type: string; id: string }[];
  matches_sso_connection: boolean;
  created_at: number;
  updated_at: number;
}

export interface PhoneNumber {
  object: "phone_number";
  id: string;
  phone_number: string;
  reserved_for_second_factor: boolean;
  default_second_factor: boolean;
  reserved: boolean;
  verification: {
    object: "verification_admin";
    status: "verified";
    strategy: "admin";
    attempts: null;
    expire_at: null;
  };
  linked_to: { type: string; id: string }[];
  backup_codes: null;
  created_at: number;
  updated_at: number;
}

export interface User {
  object: "user";
  id: string;
  external_id: string | null;
  username: string | null;
  first_name: string | null;
  last_name: string | null;
  locale: string | null;
  image_url: string;
  profile_image_url: string;
  has_image: boolean;
  primary_email_address_id: string | null;
  primary_phone_number_id: string | null;
  primary_web3_wallet_id: null;
  email_addresses: EmailAddress[];
  phone_numbers: PhoneNumber[];
  web3_wallets: never[];
  passkeys: never[];
  external_accounts: never[];
  saml_accounts: never[];
  enterprise_accounts: never[];
  password_enabled: boolean;
  two_factor_enabled: boolean;
  totp_enabled: boolean;
  backup_code_enabled: boolean;
  mfa_enabled_at: null;
  mfa_disabled_at: null;
  public_metadata: Metadata;
  private_metadata: Metadata;
  unsafe_metadata: Metadata;
  banned: boolean;
  locked: boolean;
  lockout_expires_in_seconds: number | null;
  verification_attempts_remaining: number;
  delete_self_enabled: boolean;
  create_organization_enabled: boolean;
  create_organizations_limit: number | null;
  legal_accepted_at: number | null;
  last_sign_in_at: number | null;
  last_active_at: number | null;
  created_at: number;
  updated_at: number;
}

export const SESSION_STATUSES = [
  "active",
  "pending",
  "revoked",
  "ended",
  "expired",
  "removed",
  "abandoned",
  "replaced",
] as const;
export type SessionStatus = (typeof SESSION_STATUSES)[number];

export interface Session {
  object: "session";
  id: string;
  user_id: string;
  client_id: string;
  actor: Record<string, unknown> | null;
  status: SessionStatus;
  last_active_organization_id: string | null;
  last_active_at: number;
  latest_activity: null;
  expire_at: number;
  abandon_at: number;
  tasks: { key: string }[] | null;
  created_at: number;
  updated_at: number;
}

export interface Organization {
  object: "organization";
  id: string;
  name: string;
  slug: string;
  image_url: string;
  has_image: boolean;
  /** Zero means without limit. */
  max_allowed_memberships: number;
  admin_delete_enabled: boolean;
  public_metadata: Metadata;
  private_metadata: Metadata;
  created_by?: string;
  created_at: number;
  updated_at: number;
}

/** As stored; answers and webhooks add `organization` and `public_user_data`, which the SDK cannot do without. */
export interface Membership {
  object: "organization_membership";
  id: string;
  organization_id: string;
  user_id: string;
  role: string;
  public_metadata: Metadata;
  private_metadata: Metadata;
  created_at: number;
  updated_at: number;
}

export type InvitationStatus = "pending" | "accepted" | "revoked" | "expired";

export interface OrganizationInvitation {
  object: "organization_invitation";
  id: string;
  email_address: string;
  role: string;
  organization_id: string;
  inviter_id: string | null;
  status: InvitationStatus;
  public_metadata: Metadata;
  private_metadata: Metadata;
  url: string | null;
  expires_at: number;
  user_id?: string;
  created_at: number;
  updated_at: number;
}

export interface Invitation {
  object: "invitation";
  id: string;
  email_address: string;
  public_metadata: Metadata;
  revoked: boolean;
  status: InvitationStatus;
  url: string;
  expires_at: number | null;
  created_at: number;
  updated_at: number;
}

export interface SignInToken {
  object: "sign_in_token";
  id: string;
  user_id: string;
  token: string;
  status: "pending" | "accepted" | "revoked";
  url: string;
  expires_at: number;
  created_at: number;
  updated_at: number;
}

export interface Role {
  key: string;
  name: string;
  permissions: string[];
}

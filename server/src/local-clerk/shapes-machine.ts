/** Clerk's machine credentials and OAuth applications, as they are stored. Instants are integers in milliseconds. */

/** What every credential that can be revoked or run out carries. */
export interface Revocable {
  revoked: boolean;
  revocation_reason: string | null;
  expired: boolean;
  expiration: number | null;
  updated_at: number;
}

export interface ApiKey extends Revocable {
  object: "api_key";
  id: string;
  type: "api_key";
  subject: string;
  name: string;
  description: string | null;
  claims: Record<string, unknown> | null;
  scopes: string[];
  created_by: string | null;
  last_used_at: number | null;
  created_at: number;
  secret: string;
}

export interface Machine {
  object: "machine";
  id: string;
  name: string;
  instance_id: string;
  default_token_ttl: number;
  /** Ids of the machines that this one may call. */
  scopes: string[];
  secret_key: string;
  /** Earlier secrets in their time of grace after a rotation. */
  previous_secrets: { secret: string; expires_at: number }[];
  created_at: number;
  updated_at: number;
}

export interface M2mToken extends Revocable {
  object: "machine_to_machine_token";
  id: string;
  subject: string;
  claims: Record<string, unknown> | null;
  scopes: string[];
  last_used_at: number | null;
  created_at: number;
  token: string;
}

export interface OauthApplication {
  object: "oauth_application";
  id: string;
  instance_id: string;
  name: string;
  client_id: string;
  client_secret: string;
  client_uri: string | null;
  client_image_url: string | null;
  dynamically_registered: boolean;
  consent_screen_enabled: boolean;
  pkce_required: boolean;
  public: boolean;
  scopes: string;
  redirect_uris: string[];
  created_at: number;
  updated_at: number;
}

/** An authorization code, waiting to be exchanged once. */
export interface OauthCode {
  id: string;
  client_id: string;
  user_id: string;
  org_id: string | null;
  redirect_uri: string;
  scope: string;
  code_challenge: string | null;
  nonce: string | null;
  expires_at: number;
}

/** One access token and the refresh token issued with it. `secret` is the token itself: opaque or a JWT. */
export interface OauthToken extends Revocable {
  object: "clerk_idp_oauth_access_token";
  id: string;
  type: "oauth_token";
  client_id: string;
  subject: string;
  scopes: string[];
  format: "jwt" | "opaque";
  secret: string;
  refresh_token: string;
  org_id: string | null;
  created_at: number;
}

export interface JwtTemplate {
  object: "jwt_template";
  id: string;
  name: string;
  claims: Record<string, unknown>;
  lifetime: number;
  allowed_clock_skew: number;
  custom_signing_key: boolean;
  signing_algorithm: string;
  created_at: number;
  updated_at: number;
}

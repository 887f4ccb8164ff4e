import { sameSecret } from "../guard.ts";
import { newHexId, newSecret } from "../ids.ts";
import { nowSeconds } from "../instance.ts";
import { signToken } from "../tokens/sign.ts";
import { standardClaims } from "../tokens/session-token.ts";
import { expiration, refreshed, requireVerifiable } from "./revocable.ts";
import type { Instance } from "../instance.ts";
import type { OauthToken } from "../shapes-machine.ts";

/** Clerk's access tokens live for one day. */
export const ACCESS_TOKEN_SECONDS = 86_400;

export interface Grant {
  client_id: string;
  user_id: string;
  org_id: string | null;
  scope: string;
}

export function issueOauthToken(instance: Instance, grant: Grant): OauthToken {
  const id = newHexId("oat");
  const format = instance.settings.oauthTokenFormat;
  const now = instance.now();
  const scopes = grant.scope.split(" ").filter((scope) => scope !== "");
  const withOrganization = grant.org_id !== null && scopes.includes("user:org:read");
  const claims = {
    ...standardClaims(instance, ACCESS_TOKEN_SECONDS),
    client_id: grant.client_id,
    jti: id,
    scope: grant.scope,
    sub: grant.user_id,
    ...(withOrganization ? { org_id: grant.org_id } : {}),
  };
  const token: OauthToken = {
    object: "clerk_idp_oauth_access_token",
    id,
    type: "oauth_token",
    client_id: grant.client_id,
    subject: grant.user_id,
    scopes,
    format,
    secret: format === "jwt" ? signToken(instance, { typ: "at+jwt" }, claims) : newSecret("oat"),
    refresh_token: newSecret("ort"),
    org_id: grant.org_id,
    revoked: false,
    revocation_reason: null,
    expired: false,
    expiration: expiration(instance, ACCESS_TOKEN_SECONDS),
    created_at: now,
    updated_at: now,
  };
  instance.tables.oauthTokens.set(id, token);
  instance.changed();
  return token;
}

/** The token while it works, by the secret that its holder shows. */
export function findLiveOauthToken(instance: Instance, secret: string): OauthToken | undefined {
  const token = findOauthToken(instance, secret);
  if (token === undefined) return undefined;
  const { revoked, expired } = refreshed(instance, token);
  return revoked || expired ? undefined : token;
}

export function findOauthToken(instance: Instance, secret: string): OauthToken | undefined {
  return [...instance.tables.oauthTokens.values()].find((one) => sameSecret(secret, one.secret));
}

/** A JWT cannot be revoked and is verified by its signature, so Clerk answers only `active: false` for one. */
export function verifyOauthToken(
  instance: Instance,
  secret: string,
): Record<string, unknown> | { active: false } {
  if (secret.split(".").length === 3) return { active: false };
  return describeOauthToken(
    requireVerifiable(instance, findOauthToken(instance, secret), "OAuth access token"),
  );
}

export function describeOauthToken(token: OauthToken): Record<string, unknown> {
  const { secret: _, refresh_token: _refresh, format: _format, org_id: _org, ...shown } = token;
  return shown;
}

export function idToken(instance: Instance, about: { grant: Grant; nonce: string | null }): string {
  const { grant, nonce } = about;
  const claims = {
    ...standardClaims(instance, ACCESS_TOKEN_SECONDS),
    ...userInfo(instance, { subject: grant.user_id, scopes: grant.scope.split(" ") }),
    aud: grant.client_id,
    auth_time: nowSeconds(instance),
    ...(nonce === null ? {} : { nonce }),
  };
  return signToken(instance, { typ: "JWT" }, claims);
}

/** What OpenID Connect calls claims about the person, as far as the scopes allow. */
export function userInfo(
  instance: Instance,
  holder: { subject: string; scopes: readonly string[] },
): Record<string, unknown> {
  const user = instance.tables.users.get(holder.subject);
  if (user === undefined) return { sub: holder.subject };
  const email = user.email_addresses.find((one) => one.id === user.primary_email_address_id);
  const name = [user.first_name, user.last_name].filter(Boolean).join(" ");
  const profile = {
    name: name === "" ? null : name,
    given_name: user.first_name,
    family_name: user.last_name,
    preferred_username: user.username,
    picture: user.image_url,
  };
  const address = {
    email: email?.email_address ?? null,
    email_verified: email?.verification?.status === "verified",
  };
  return {
    sub: user.id,
    ...(holder.scopes.includes("profile") ? profile : {}),
    ...(holder.scopes.includes("email") ? address : {}),
    ...(holder.scopes.includes("public_metadata") ? { public_metadata: user.public_metadata } : {}),
  };
}

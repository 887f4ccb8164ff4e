import { createHash } from "node:crypto";
import { sameSecret } from "../guard.ts";
import { newSecret } from "../ids.ts";
import { findClient } from "../resources/oauth-applications.ts";
import { ACCESS_TOKEN_SECONDS, idToken, issueOauthToken } from "../resources/oauth-tokens.ts";
import type { Instance } from "../instance.ts";
import type { OauthApplication, OauthCode } from "../shapes-machine.ts";
import type { Grant } from "../resources/oauth-tokens.ts";

const CODE_SECONDS = 600;

/** An answer in OAuth's own error format (RFC 6749, section 5.2). */
export class OauthError extends Error {
  readonly code: string;
  readonly status: 400 | 401;

  constructor(code: string, message: string, status: 400 | 401 = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Who asks for an authorization, and where the answer goes; nothing is redirected until both are certain. */
export function requireClientAndTarget(
  instance: Instance,
  query: URLSearchParams,
): { client: OauthApplication; redirectUri: string } {
  const client = findClient(instance, query.get("client_id") ?? undefined);
  if (client === undefined) throw new OauthError("invalid_client", "There is no such client");
  const redirectUri = query.get("redirect_uri");
  if (redirectUri === null || !client.redirect_uris.includes(redirectUri)) {
    throw new OauthError("invalid_request", "This redirect_uri is not the client's");
  }
  return { client, redirectUri };
}

/** The code, or why not: that is told to the client through its redirect. */
export function authorize(
  instance: Instance,
  asked: { client: OauthApplication; redirectUri: string; query: URLSearchParams; userId: string },
): OauthCode {
  const { client, query } = asked;
  if (query.get("response_type") !== "code") {
    throw new OauthError("unsupported_response_type", "Only response_type=code is known");
  }
  const challenge = query.get("code_challenge");
  if (challenge !== null && query.get("code_challenge_method") !== "S256") {
    throw new OauthError("invalid_request", "code_challenge_method must be S256");
  }
  if (challenge === null && (client.public || client.pkce_required)) {
    throw new OauthError("invalid_request", "This client must send a code_challenge");
  }
  const allowed = new Set([...client.scopes.split(" "), "openid", "offline_access"]);
  const scope = query.get("scope") ?? client.scopes;
  if (scope.split(" ").some((one) => !allowed.has(one))) {
    throw new OauthError("invalid_scope", "A scope is asked for that this client may not have");
  }
  const user = instance.tables.users.get(asked.userId);
  if (user === undefined || user.banned || user.locked) {
    throw new OauthError("access_denied", "This user may not sign in");
  }
  const code: OauthCode = {
    id: newSecret("code"),
    client_id: client.client_id,
    user_id: user.id,
    org_id: query.get("organization"),
    redirect_uri: asked.redirectUri,
    scope,
    code_challenge: challenge,
    nonce: query.get("nonce"),
    expires_at: instance.now() + CODE_SECONDS * 1000,
  };
  instance.tables.oauthCodes.set(code.id, code);
  instance.changed();
  return code;
}

export interface TokenRequest {
  form: URLSearchParams;
  /** `Authorization` as sent; a client may name itself there instead of in the form. */
  authorization: string | undefined;
}

export function exchange(instance: Instance, request: TokenRequest): Record<string, unknown> {
  const client = authenticateClient(instance, request);
  const grantType = request.form.get("grant_type");
  if (grantType === "authorization_code") return exchangeCode(instance, client, request.form);
  if (grantType === "refresh_token") return exchangeRefreshToken(instance, client, request.form);
  throw new OauthError("unsupported_grant_type", "Only authorization_code and refresh_token are known");
}

/** A confidential client proves itself with its secret; a public one has none, and PKCE stands in for it. */
export function authenticateClient(instance: Instance, request: TokenRequest): OauthApplication {
  const basic = basicCredentials(request.authorization);
  const clientId = basic?.id ?? request.form.get("client_id") ?? undefined;
  const client = findClient(instance, clientId);
  const secret = basic?.secret ?? request.form.get("client_secret");
  const proven =
    client !== undefined && (client.public || (secret !== null && sameSecret(secret, client.client_secret)));
  if (!proven) throw new OauthError("invalid_client", "The client is unknown or its secret is wrong", 401);
  return client;
}

function exchangeCode(
  instance: Instance,
  client: OauthApplication,
  form: URLSearchParams,
): Record<string, unknown> {
  const code = instance.tables.oauthCodes.get(form.get("code") ?? "");
  const known = code !== undefined && code.client_id === client.client_id;
  if (!known || code.redirect_uri !== form.get("redirect_uri") || code.expires_at <= instance.now()) {
    throw new OauthError("invalid_grant", "The code is not valid");
  }
  // Gone whatever comes now: a code is tried once, also with a wrong verifier.
  instance.tables.oauthCodes.delete(code.id);
  instance.changed();
  const verifier = form.get("code_verifier") ?? "";
  if (code.code_challenge !== null && challengeOf(verifier) !== code.code_challenge) {
    throw new OauthError("invalid_grant", "The code_verifier does not fit the code_challenge");
  }
  return answer(instance, code, code.nonce);
}

function exchangeRefreshToken(
  instance: Instance,
  client: OauthApplication,
  form: URLSearchParams,
): Record<string, unknown> {
  const given = form.get("refresh_token") ?? "";
  const old = [...instance.tables.oauthTokens.values()].find(
    (token) => token.client_id === client.client_id && sameSecret(given, token.refresh_token),
  );
  const user = instance.tables.users.get(old?.subject ?? "");
  if (old === undefined || old.revoked || user === undefined || user.banned) {
    throw new OauthError("invalid_grant", "The refresh token is not valid");
  }
  // A refresh token works once; the access token that came with it lives on until its time.
  old.refresh_token = newSecret("ort");
  const scope = old.scopes.join(" ");
  return answer(instance, { client_id: old.client_id, user_id: user.id, org_id: old.org_id, scope }, null);
}

function answer(instance: Instance, grant: Grant, nonce: string | null): Record<string, unknown> {
  const token = issueOauthToken(instance, grant);
  const openid = grant.scope.split(" ").includes("openid");
  return {
    access_token: token.secret,
    token_type: "Bearer",
    expires_in: ACCESS_TOKEN_SECONDS,
    refresh_token: token.refresh_token,
    scope: grant.scope,
    ...(openid ? { id_token: idToken(instance, { grant, nonce }) } : {}),
  };
}

function challengeOf(verifier: string): string {
  return createHash("sha256").update(verifier).digest("base64url");
}

function basicCredentials(authorization: string | undefined): { id: string; secret: string } | undefined {
  if (authorization?.startsWith("Basic ") !== true) return undefined;
  const text = Buffer.from(authorization.slice("Basic ".length), "base64").toString();
  const [id = "", ...secret] = text.split(":");
  // Both parts are form-encoded before they are put together (RFC 6749, section 2.3.1).
  return { id: decodeURIComponent(id), secret: decodeURIComponent(secret.join(":")) };
}

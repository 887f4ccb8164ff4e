import { Hono } from "hono";
import { bearer } from "../guard.ts";
import { json } from "../http.ts";
import { findLiveOauthToken, userInfo } from "../resources/oauth-tokens.ts";
import { authenticateClient, authorize, exchange, OauthError } from "./oauth-grants.ts";
import { requireClientAndTarget } from "./oauth-grants.ts";
import type { Instance } from "../instance.ts";

/** Clerk as an OAuth provider. There is no consent screen: who is meant is named by `login`, or asked by the page. */
export function oauthRoutes(instance: Instance): Hono {
  const routes = new Hono();
  routes.onError((error) => {
    if (!(error instanceof OauthError)) throw error;
    return json({ error: error.code, error_description: error.message }, error.status);
  });

  routes.get("/oauth/authorize", (c) => {
    const query = new URL(c.req.url).searchParams;
    const { client, redirectUri } = requireClientAndTarget(instance, query);
    const userId = query.get("login");
    if (userId === null) return c.redirect(`/sign-in?redirect_url=${encodeURIComponent(c.req.url)}`);
    const target = new URL(redirectUri);
    const state = query.get("state");
    if (state !== null) target.searchParams.set("state", state);
    try {
      const { id } = authorize(instance, { client, redirectUri, query, userId });
      target.searchParams.set("code", id);
      target.searchParams.set("iss", instance.issuer);
    } catch (error) {
      if (!(error instanceof OauthError)) throw error;
      target.searchParams.set("error", error.code);
      target.searchParams.set("error_description", error.message);
    }
    return c.redirect(target.href);
  });

  routes.post("/oauth/token", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const answer = exchange(instance, { form, authorization: c.req.header("authorization") });
    return json(answer, 200, { "cache-control": "no-store" });
  });

  routes.on(["GET", "POST"], "/oauth/userinfo", (c) => {
    const token = findLiveOauthToken(instance, bearer(c.req.header("authorization")) ?? "");
    if (token === undefined) {
      const challenge = { "www-authenticate": 'Bearer error="invalid_token"' };
      return json({ error: "invalid_token", error_description: "The token is not valid" }, 401, challenge);
    }
    const info = userInfo(instance, token);
    return json({ object: "oauth_user_info", instance_id: instance.id, user_id: token.subject, ...info });
  });

  // RFC 7662: what is not valid is not explained.
  routes.post("/oauth/token_info", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const client = authenticateClient(instance, { form, authorization: c.req.header("authorization") });
    const token = findLiveOauthToken(instance, form.get("token") ?? "");
    if (token?.client_id !== client.client_id) return json({ active: false });
    return json({
      active: true,
      client_id: token.client_id,
      iss: instance.issuer,
      sub: token.subject,
      scope: token.scopes.join(" "),
      iat: Math.floor(token.created_at / 1000),
      ...(token.expiration === null ? {} : { exp: Math.floor(token.expiration / 1000) }),
      jti: token.id,
    });
  });

  routes.get("/.well-known/openid-configuration", () => json(discovery(instance)));
  routes.get("/.well-known/oauth-authorization-server", () => json(discovery(instance)));
  return routes;
}

/** The issuer is a name that does not resolve; the addresses are those where this instance really answers. */
function discovery(instance: Instance): Record<string, unknown> {
  return {
    issuer: instance.issuer,
    authorization_endpoint: `${instance.url}/oauth/authorize`,
    token_endpoint: `${instance.url}/oauth/token`,
    userinfo_endpoint: `${instance.url}/oauth/userinfo`,
    introspection_endpoint: `${instance.url}/oauth/token_info`,
    jwks_uri: `${instance.url}/.well-known/jwks.json`,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    scopes_supported: ["openid", "profile", "email", "public_metadata", "offline_access", "user:org:read"],
    claims_supported: ["sub", "iss", "aud", "exp", "iat", "email", "email_verified", "name", "picture"],
    authorization_response_iss_parameter_supported: true,
  };
}

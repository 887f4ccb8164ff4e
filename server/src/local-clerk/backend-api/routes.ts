import { Hono } from "hono";
import { z } from "zod";
import type { MiddlewareHandler } from "hono";
import { ClerkError } from "../errors.ts";
import { bearer, sameSecret } from "../guard.ts";
import { json, readBody } from "../http.ts";
import { publicJwk } from "../keys.ts";
import { verifyOauthToken } from "../resources/oauth-tokens.ts";
import { apiKeyRoutes, m2mTokenRoutes } from "./machine-credentials.ts";
import { machineRoutes } from "./machines.ts";
import { invitationRoutes, signInTokenRoutes, testingToken } from "./one-time.ts";
import { jwtTemplateRoutes, oauthApplicationRoutes } from "./settings.ts";
import { allMemberships, organizationRoutes } from "./organizations.ts";
import { sessionRoutes } from "./sessions.ts";
import { emailAddressRoutes, userRoutes } from "./users.ts";
import type { Instance } from "../instance.ts";

/** Clerk's Backend API: everything under /v1, and the machine credentials, which stand at the root. */
export function backendApi(instance: Instance): Hono {
  const routes = new Hono();
  const keySet = (): Response => json({ keys: instance.keys.map((key) => publicJwk(key)) });
  const secretKey = requireSecretKey(instance);

  routes.get("/.well-known/jwks.json", keySet);
  // Public keys are public, so no key is fine; a wrong one is answered as Clerk would, for the SDK tells these apart.
  routes.get("/v1/jwks", (c, next) => (c.req.header("authorization") ? secretKey(c, next) : next()), keySet);

  routes.use("/v1/*", secretKey);
  routes.route("/v1/users", userRoutes(instance));
  routes.route("/v1/email_addresses", emailAddressRoutes(instance));
  routes.route("/v1/sessions", sessionRoutes(instance));
  routes.route("/v1/organizations", organizationRoutes(instance));
  routes.get("/v1/organization_memberships", (c) => allMemberships(instance, c.req.url));
  routes.route("/v1/invitations", invitationRoutes(instance));
  routes.route("/v1/sign_in_tokens", signInTokenRoutes(instance));
  routes.post("/v1/testing_tokens", () => testingToken(instance));
  routes.route("/v1/machines", machineRoutes(instance));
  routes.route("/v1/oauth_applications", oauthApplicationRoutes(instance));
  routes.route("/v1/jwt_templates", jwtTemplateRoutes(instance));

  // Without /v1. Machine tokens also take the secret of a machine, so they check it themselves.
  routes.route("/m2m_tokens", m2mTokenRoutes(instance));
  for (const path of ["/api_keys", "/api_keys/*", "/oauth_applications/*"]) routes.use(path, secretKey);
  routes.route("/api_keys", apiKeyRoutes(instance));
  routes.post("/oauth_applications/access_tokens/verify", async (c) => {
    const { access_token } = await readBody(c, z.looseObject({ access_token: z.string() }));
    return json(verifyOauthToken(instance, access_token));
  });
  return routes;
}

function requireSecretKey(instance: Instance): MiddlewareHandler {
  return async (c, next) => {
    const given = bearer(c.req.header("authorization"));
    if (given === null) {
      throw new ClerkError(401, "authentication_invalid", { message: "A secret key is required" });
    }
    if (!sameSecret(given, instance.secrets.secretKey)) {
      throw new ClerkError(401, "clerk_key_invalid", { message: "The secret key is not this instance's" });
    }
    return next();
  };
}

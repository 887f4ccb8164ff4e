import { Hono } from "hono";
import { z } from "zod";
import { ClerkError, notFound, unprocessable } from "../errors.ts";
import { json, matches, page, readBody, sort } from "../http.ts";
import { createSession, CreateSession, endSession, getSession } from "../resources/sessions.ts";
import { tokenOfSession } from "../tokens/of-session.ts";
import type { Instance } from "../instance.ts";
import type { Session } from "../shapes.ts";

const CreateToken = z.looseObject({
  expires_in_seconds: z.number().int().min(30).max(315_360_000).nullish(),
});

export function sessionRoutes(instance: Instance): Hono {
  const routes = new Hono();
  routes.post("/", async (c) => {
    const input = await readBody(c, CreateSession);
    if (instance.settings.production) {
      const message = "Sessions are made through the Backend API on development instances only";
      throw new ClerkError(400, "operation_not_allowed_on_production_instance", { message });
    }
    return json(createSession(instance, { userId: input.user_id, orgId: input.active_organization_id }));
  });
  routes.get("/", (c) => {
    const query = new URL(c.req.url).searchParams;
    const asked = page(findSessions(instance, query), query);
    return json(query.get("paginated") === "true" ? asked : asked.data);
  });
  routes.get("/:id", (c) => json(getSession(instance, c.req.param("id"))));
  routes.post("/:id/revoke", (c) => json(endSession(instance, c.req.param("id"), "revoked")));
  routes.post("/:id/tokens", async (c) => {
    const { expires_in_seconds } = await readBody(c, CreateToken);
    const lifetimeSeconds = expires_in_seconds ?? undefined;
    // No azp: no browser asked for this token.
    return json({ object: "token", jwt: tokenOfSession(instance, c.req.param("id"), { lifetimeSeconds }) });
  });
  routes.post("/:id/tokens/:template", async (c) => {
    const { expires_in_seconds } = await readBody(c, CreateToken);
    const wishes = { template: c.req.param("template"), lifetimeSeconds: expires_in_seconds ?? undefined };
    return json({ object: "token", jwt: tokenOfSession(instance, c.req.param("id"), wishes) });
  });
  return routes;
}

function findSessions(instance: Instance, query: URLSearchParams): Session[] {
  if (!query.has("user_id") && !query.has("client_id")) {
    throw unprocessable("form_param_missing", "user_id", "Ask for the sessions of a user_id or a client_id");
  }
  const userId = query.get("user_id");
  if (userId !== null && !instance.tables.users.has(userId)) throw notFound("User");
  const found = [...instance.tables.sessions.keys()]
    .map((id) => getSession(instance, id))
    .filter(
      (session) =>
        matches(query, "user_id", session.user_id) &&
        matches(query, "client_id", session.client_id) &&
        matches(query, "status", session.status),
    );
  return sort(found, query, "-created_at");
}

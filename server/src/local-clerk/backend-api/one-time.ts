import { Hono } from "hono";
import { z } from "zod";
import { json, page, readBody } from "../http.ts";
import { newSecret } from "../ids.ts";
import { nowSeconds } from "../instance.ts";
import { createInvitation, CreateInvitation, deleteInvitation } from "../resources/invitations.ts";
import { findInvitations, revokeInvitation } from "../resources/invitations.ts";
import { createSignInToken, CreateSignInToken, revokeSignInToken } from "../resources/sign-in-tokens.ts";
import type { Instance } from "../instance.ts";

const TESTING_TOKEN_SECONDS = 3600;

export function signInTokenRoutes(instance: Instance): Hono {
  const routes = new Hono();
  routes.post("/", async (c) => json(createSignInToken(instance, await readBody(c, CreateSignInToken))));
  routes.post("/:id/revoke", (c) => json(revokeSignInToken(instance, c.req.param("id"))));
  return routes;
}

/** Bypasses the bot protection of the Frontend API, and there is none here; `expires_at` is in seconds, for once. */
export function testingToken(instance: Instance): Response {
  const expires_at = nowSeconds(instance) + TESTING_TOKEN_SECONDS;
  return json({ object: "testing_token", token: newSecret("testing"), expires_at });
}

export function invitationRoutes(instance: Instance): Hono {
  const routes = new Hono();
  routes.get("/", (c) => {
    const query = new URL(c.req.url).searchParams;
    const asked = page(findInvitations(instance, query), query);
    return json(query.get("paginated") === "true" ? asked : asked.data);
  });
  routes.post("/", async (c) => json(createInvitation(instance, await readBody(c, CreateInvitation))));
  routes.post("/bulk", async (c) => {
    const inputs = await readBody(c, z.array(CreateInvitation));
    return json(inputs.map((input) => createInvitation(instance, input)));
  });
  routes.post("/:id/revoke", (c) => json(revokeInvitation(instance, c.req.param("id"))));
  routes.delete("/:id", (c) => json(deleteInvitation(instance, c.req.param("id"))));
  return routes;
}

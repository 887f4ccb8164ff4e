import { Hono } from "hono";
import { z } from "zod";
import { unprocessable } from "../errors.ts";
import { json, readBody } from "../http.ts";
import { newId } from "../ids.ts";
import { publicUserData } from "../resources/memberships.ts";
import { chooseOrganization, createSession, endSession, getSession } from "../resources/sessions.ts";
import { redeemTicket } from "../resources/sign-in-tokens.ts";
import { getUser } from "../resources/users.ts";
import { tokenOfSession } from "../tokens/of-session.ts";
import type { Instance } from "../instance.ts";
import type { Session } from "../shapes.ts";

const SignIn = z.looseObject({ strategy: z.string(), ticket: z.string().optional() });
const Wishes = z.looseObject({ organization_id: z.string().optional() });
const Touch = z.looseObject({ active_organization_id: z.string().optional() });

/**
 * The part of Clerk's Frontend API that a frontend needs: a ticket becomes a session, a session gives tokens.
 *
 * The id of a session is all that is asked for its tokens, where Clerk wants a cookie of its own domain. Nobody gains
 * by it: whoever reaches this server is on this machine and may sign in as anybody, which is what it is for.
 */
export function clientRoutes(instance: Instance): Hono {
  const routes = new Hono();
  routes.post("/v1/client/sign_ins", async (c) => {
    const { strategy, ticket } = await readBody(c, SignIn);
    if (strategy !== "ticket" || ticket === undefined) {
      throw unprocessable(
        "form_param_value_invalid",
        "strategy",
        "Only strategy=ticket with a ticket is known",
      );
    }
    const { user_id } = redeemTicket(instance, ticket);
    const session = createSession(instance, { userId: user_id });
    const response = {
      object: "sign_in_attempt",
      id: newId("sia"),
      status: "complete",
      created_session_id: session.id,
      user_data: publicUserData(getUser(instance, user_id)),
    };
    return json({ response, client: describeClient(instance, session, c.req.header("origin")) });
  });

  routes.get("/v1/client/sessions/:id", (c) => {
    const session = getSession(instance, c.req.param("id"));
    return json({ response: describeSession(instance, session, c.req.header("origin")), client: null });
  });
  routes.post("/v1/client/sessions/:id/tokens", async (c) => {
    const { organization_id } = await readBody(c, Wishes);
    // An empty organization_id means: outside of any organization.
    const orgId = organization_id === "" ? null : organization_id;
    const azp = c.req.header("origin");
    return json({ object: "token", jwt: tokenOfSession(instance, c.req.param("id"), { azp, orgId }) });
  });
  routes.post("/v1/client/sessions/:id/tokens/:template", (c) => {
    const wishes = { azp: c.req.header("origin"), template: c.req.param("template") };
    return json({ object: "token", jwt: tokenOfSession(instance, c.req.param("id"), wishes) });
  });
  routes.post("/v1/client/sessions/:id/touch", async (c) => {
    const { active_organization_id } = await readBody(c, Touch);
    const id = c.req.param("id");
    const session =
      active_organization_id === undefined
        ? getSession(instance, id)
        : chooseOrganization(instance, id, active_organization_id === "" ? null : active_organization_id);
    const origin = c.req.header("origin");
    return json({
      response: describeSession(instance, session, origin),
      client: describeClient(instance, session, origin),
    });
  });
  for (const status of ["ended", "removed"] as const) {
    routes.post(`/v1/client/sessions/:id/${status === "ended" ? "end" : "remove"}`, (c) => {
      const session = endSession(instance, c.req.param("id"), status);
      return json({ response: describeSession(instance, session, c.req.header("origin")), client: null });
    });
  }
  return routes;
}

function describeClient(
  instance: Instance,
  session: Session,
  origin: string | undefined,
): Record<string, unknown> {
  return {
    object: "client",
    id: session.client_id,
    sessions: [describeSession(instance, session, origin)],
    sign_in: null,
    sign_up: null,
    last_active_session_id: session.id,
    created_at: session.created_at,
    updated_at: session.updated_at,
  };
}

/** Here a session shows a fresh token and its user, which the Backend API's session does not. */
function describeSession(
  instance: Instance,
  session: Session,
  origin: string | undefined,
): Record<string, unknown> {
  const open = session.status === "active" || session.status === "pending";
  const { private_metadata: _, ...user } = getUser(instance, session.user_id);
  const jwt = open ? tokenOfSession(instance, session.id, { azp: origin }) : undefined;
  return {
    ...session,
    user,
    public_user_data: publicUserData(getUser(instance, session.user_id)),
    last_active_token: jwt === undefined ? null : { object: "token", jwt },
  };
}

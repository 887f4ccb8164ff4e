import { Hono } from "hono";
import { z } from "zod";
import { json, page, readBody } from "../http.ts";
import { createInvitation, CreateOrganizationInvitation } from "../resources/organization-invitations.ts";
import { describeInvitation, getInvitation } from "../resources/organization-invitations.ts";
import { invitationsOf, revokeInvitation } from "../resources/organization-invitations.ts";
import { organizationIn } from "./organizations.ts";
import type { Instance } from "../instance.ts";
import type { OrganizationInvitation } from "../shapes.ts";

export function organizationInvitationRoutes(instance: Instance): Hono {
  const routes = new Hono();
  const shown = (invitation: OrganizationInvitation): Response =>
    json(describeInvitation(instance, invitation));

  routes.get("/", (c) => {
    const query = new URL(c.req.url).searchParams;
    const asked = page(invitationsOf(instance, organizationIn(c.req.param()), query), query);
    return json({ ...asked, data: asked.data.map((one) => describeInvitation(instance, one)) });
  });
  routes.post("/", async (c) => {
    const input = await readBody(c, CreateOrganizationInvitation);
    return shown(createInvitation(instance, organizationIn(c.req.param()), input));
  });
  routes.post("/bulk", async (c) => {
    const inputs = await readBody(c, z.array(CreateOrganizationInvitation));
    const organization = organizationIn(c.req.param());
    const made = inputs.map((input) => createInvitation(instance, organization, input));
    return json({ data: made.map((one) => describeInvitation(instance, one)), total_count: made.length });
  });
  routes.get("/:invitation", (c) =>
    shown(getInvitation(instance, c.req.param("invitation"), organizationIn(c.req.param()))),
  );
  routes.post("/:invitation/revoke", (c) => {
    const invitation = getInvitation(instance, c.req.param("invitation"), organizationIn(c.req.param()));
    return shown(revokeInvitation(instance, invitation));
  });
  return routes;
}

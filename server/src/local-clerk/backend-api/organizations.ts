import { Hono } from "hono";
import { z } from "zod";
import { json, matches, page, readBody, sort } from "../http.ts";
import { changeMembershipMetadata, changeRole, createMembership } from "../resources/memberships.ts";
import { CreateMembership, describeMembership, getMembership } from "../resources/memberships.ts";
import { membersOf, removeMembership } from "../resources/memberships.ts";
import { GivenMetadata } from "../resources/metadata.ts";
import { changeOrganizationMetadata, createOrganization } from "../resources/organizations.ts";
import { CreateOrganization, deleteOrganization, describeOrganization } from "../resources/organizations.ts";
import { getOrganization, updateOrganization, UpdateOrganization } from "../resources/organizations.ts";
import { primaryEmail } from "../resources/users.ts";
import { organizationInvitationRoutes } from "./organization-invitations.ts";
import type { Instance } from "../instance.ts";
import type { Membership, Organization } from "../shapes.ts";

const query = (url: string): URLSearchParams => new URL(url).searchParams;
const ChangeRole = z.looseObject({ role: z.string() });

export function organizationRoutes(instance: Instance): Hono {
  const routes = new Hono();
  const shown = (organization: Organization): Response => json(describeOrganization(instance, organization));

  routes.get("/", (c) => {
    const asked = page(findOrganizations(instance, query(c.req.url)), query(c.req.url));
    return json({ ...asked, data: asked.data.map((one) => describeOrganization(instance, one)) });
  });
  routes.post("/", async (c) => shown(createOrganization(instance, await readBody(c, CreateOrganization))));
  routes.get("/:id", (c) => shown(getOrganization(instance, c.req.param("id"))));
  routes.patch("/:id", async (c) =>
    shown(updateOrganization(instance, c.req.param("id"), await readBody(c, UpdateOrganization))),
  );
  routes.delete("/:id", (c) => json(deleteOrganization(instance, c.req.param("id"))));
  routes.patch("/:id/metadata", async (c) => {
    const given = await readBody(c, GivenMetadata);
    return shown(changeOrganizationMetadata(instance, c.req.param("id"), { given, how: "merge" }));
  });
  routes.put("/:id/metadata", async (c) => {
    const given = await readBody(c, GivenMetadata);
    return shown(changeOrganizationMetadata(instance, c.req.param("id"), { given, how: "replace" }));
  });
  routes.route("/:organization/memberships", membershipRoutes(instance));
  routes.route("/:organization/invitations", organizationInvitationRoutes(instance));
  return routes;
}

/** Every membership of the instance: GET /v1/organization_memberships. */
export function allMemberships(instance: Instance, url: string): Response {
  return membershipPage(instance, [...instance.tables.memberships.values()], query(url));
}

function membershipRoutes(instance: Instance): Hono {
  const routes = new Hono();
  const find = (organization: string, userId: string): Membership =>
    getMembership(instance, getOrganization(instance, organization).id, userId);

  routes.get("/", (c) => {
    const { id } = getOrganization(instance, organizationIn(c.req.param()));
    return membershipPage(instance, membersOf(instance, id), query(c.req.url));
  });
  routes.post("/", async (c) => {
    const input = await readBody(c, CreateMembership);
    const membership = createMembership(instance, organizationIn(c.req.param()), input);
    return json(describeMembership(instance, membership));
  });
  routes.patch("/:user", async (c) => {
    const { role } = await readBody(c, ChangeRole);
    const membership = find(organizationIn(c.req.param()), c.req.param("user"));
    return json(describeMembership(instance, changeRole(instance, membership, role)));
  });
  routes.patch("/:user/metadata", async (c) => {
    const given = await readBody(c, GivenMetadata);
    const membership = find(organizationIn(c.req.param()), c.req.param("user"));
    return json(describeMembership(instance, changeMembershipMetadata(instance, membership, given)));
  });
  // The answer is the membership that was removed, not a deleted object.
  routes.delete("/:user", (c) =>
    json(removeMembership(instance, find(organizationIn(c.req.param()), c.req.param("user")))),
  );
  return routes;
}

/** The parameter comes from the path that these routes are mounted under, which their own type cannot know. */
export function organizationIn(parameters: Record<string, string>): string {
  return parameters["organization"] ?? "";
}

function membershipPage(instance: Instance, all: Membership[], asked: URLSearchParams): Response {
  const found = all.filter(
    (one) => matches(asked, "user_id", one.user_id) && matches(asked, "role", one.role),
  );
  const wanted = asked.get("query")?.toLowerCase();
  const meant = found.filter((one) => {
    const user = instance.tables.users.get(one.user_id);
    const text = `${user?.first_name ?? ""} ${user?.last_name ?? ""} ${user ? (primaryEmail(user) ?? "") : ""}`;
    return wanted === undefined || text.toLowerCase().includes(wanted);
  });
  const { data, total_count } = page(sort(meant, asked, "-created_at"), asked);
  return json({ data: data.map((one) => describeMembership(instance, one)), total_count });
}

function findOrganizations(instance: Instance, asked: URLSearchParams): Organization[] {
  const wanted = asked.get("query")?.toLowerCase();
  const members = asked.getAll("user_id");
  const found = [...instance.tables.organizations.values()].filter((one) => {
    const meant = wanted === undefined || `${one.id} ${one.name} ${one.slug}`.toLowerCase().includes(wanted);
    const joined =
      members.length === 0 ||
      membersOf(instance, one.id).some((membership) => members.includes(membership.user_id));
    return meant && joined && matches(asked, "organization_id", one.id);
  });
  return sort(found, asked, "-created_at");
}

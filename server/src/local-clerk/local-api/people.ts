import { Hono } from "hono";
import { z } from "zod";
import { json, Metadata, readBody } from "../http.ts";
import { describeMembership } from "../resources/memberships.ts";
import { acceptInvitation, describeInvitation } from "../resources/organization-invitations.ts";
import { chooseOrganization, createSession, endSession } from "../resources/sessions.ts";
import { createUser } from "../resources/users.ts";
import type { Instance } from "../instance.ts";

export const NewUser = z.strictObject({
  email: z.string().optional(),
  /** True unless told otherwise, as after Clerk's sign-up. */
  emailVerified: z.boolean().optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  externalId: z.string().optional(),
  phoneNumber: z.string().optional(),
  publicMetadata: Metadata.optional(),
  privateMetadata: Metadata.optional(),
  unsafeMetadata: Metadata.optional(),
});
export type NewUser = z.infer<typeof NewUser>;

const NewSession = z.strictObject({
  userId: z.string(),
  orgId: z.string().nullish(),
  status: z.enum(["active", "pending"]).optional(),
  actor: z.record(z.string(), z.unknown()).nullish(),
});

const Ending = z.strictObject({
  status: z.enum(["revoked", "ended", "removed", "expired", "abandoned", "replaced"]),
});

const NewRole = z.strictObject({ key: z.string(), name: z.string(), permissions: z.array(z.string()) });

/** What people do in a frontend or in Clerk's dashboard, and what the Backend API has no call for. */
export function peopleRoutes(instance: Instance): Hono {
  const routes = new Hono();
  routes.post("/users", async (c) => {
    const given = await readBody(c, NewUser);
    return json(
      createUser(instance, {
        email_address: given.email === undefined ? [] : [given.email],
        email_verified: given.emailVerified ?? true,
        phone_number: given.phoneNumber === undefined ? [] : [given.phoneNumber],
        first_name: given.firstName,
        last_name: given.lastName,
        username: given.username,
        password: given.password,
        external_id: given.externalId,
        public_metadata: given.publicMetadata,
        private_metadata: given.privateMetadata,
        unsafe_metadata: given.unsafeMetadata,
      }),
    );
  });
  routes.post("/sessions", async (c) => json(createSession(instance, await readBody(c, NewSession))));
  routes.post("/sessions/:id/end", async (c) => {
    const { status } = await readBody(c, Ending);
    return json(endSession(instance, c.req.param("id"), status));
  });
  routes.post("/sessions/:id/organization", async (c) => {
    const { orgId } = await readBody(c, z.strictObject({ orgId: z.string().nullable() }));
    return json(chooseOrganization(instance, c.req.param("id"), orgId));
  });
  routes.post("/invitations/:id/accept", async (c) => {
    const { userId } = await readBody(c, z.strictObject({ userId: z.string() }));
    const { invitation, membership } = acceptInvitation(instance, c.req.param("id"), userId);
    return json({
      invitation: describeInvitation(instance, invitation),
      membership: describeMembership(instance, membership),
    });
  });
  routes.post("/roles", async (c) => {
    const role = await readBody(c, NewRole);
    instance.tables.roles.set(role.key, role);
    instance.changed();
    return json(role);
  });
  return routes;
}

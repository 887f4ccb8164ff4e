import { Hono } from "hono";
import { json, page, readBody } from "../http.ts";
import { describeInvitation, invitationsFor } from "../resources/organization-invitations.ts";
import { describeMembership } from "../resources/memberships.ts";
import { GivenMetadata } from "../resources/metadata.ts";
import { CreateEmailAddress, UpdateEmailAddress } from "../resources/identifiers.ts";
import { createEmailAddress, deleteEmailAddress } from "../resources/identifiers.ts";
import { findEmailAddress, updateEmailAddress } from "../resources/identifiers.ts";
import { findUsers } from "../resources/user-search.ts";
import { changeUserMetadata, createUser, deleteUser, getUser } from "../resources/users.ts";
import { CreateUser, setBanned, setLocked, updateUser, UpdateUser } from "../resources/users.ts";
import type { Instance } from "../instance.ts";

const query = (url: string): URLSearchParams => new URL(url).searchParams;

export function userRoutes(instance: Instance): Hono {
  const routes = new Hono();
  routes.get("/", (c) => {
    const asked = query(c.req.url);
    // A bare array: the count has an endpoint of its own, and the SDK asks both.
    return json(page(findUsers(instance, asked), asked).data);
  });
  routes.get("/count", (c) =>
    json({ object: "total_count", total_count: findUsers(instance, query(c.req.url)).length }),
  );
  routes.post("/", async (c) => json(createUser(instance, await readBody(c, CreateUser))));
  routes.get("/:id", (c) => json(getUser(instance, c.req.param("id"))));
  routes.patch("/:id", async (c) =>
    json(updateUser(instance, c.req.param("id"), await readBody(c, UpdateUser))),
  );
  routes.delete("/:id", (c) => json(deleteUser(instance, c.req.param("id"))));
  routes.patch("/:id/metadata", async (c) => {
    const given = await readBody(c, GivenMetadata);
    return json(changeUserMetadata(instance, c.req.param("id"), { given, how: "merge" }));
  });
  routes.put("/:id/metadata", async (c) => {
    const given = await readBody(c, GivenMetadata);
    return json(changeUserMetadata(instance, c.req.param("id"), { given, how: "replace" }));
  });
  routes.post("/:id/ban", (c) => json(setBanned(instance, c.req.param("id"), true)));
  routes.post("/:id/unban", (c) => json(setBanned(instance, c.req.param("id"), false)));
  routes.post("/:id/lock", (c) => json(setLocked(instance, c.req.param("id"), true)));
  routes.post("/:id/unlock", (c) => json(setLocked(instance, c.req.param("id"), false)));
  routes.get("/:id/organization_memberships", (c) => {
    const { id } = getUser(instance, c.req.param("id"));
    const own = [...instance.tables.memberships.values()].filter((one) => one.user_id === id).toReversed();
    const asked = page(own, query(c.req.url));
    return json({ ...asked, data: asked.data.map((one) => describeMembership(instance, one)) });
  });
  routes.get("/:id/organization_invitations", (c) => {
    const user = getUser(instance, c.req.param("id"));
    const asked = page(invitationsFor(instance, user, query(c.req.url)), query(c.req.url));
    return json({ ...asked, data: asked.data.map((one) => describeInvitation(instance, one)) });
  });
  return routes;
}

export function emailAddressRoutes(instance: Instance): Hono {
  const routes = new Hono();
  routes.post("/", async (c) => json(createEmailAddress(instance, await readBody(c, CreateEmailAddress))));
  routes.get("/:id", (c) => json(findEmailAddress(instance, c.req.param("id")).email));
  routes.patch("/:id", async (c) =>
    json(updateEmailAddress(instance, c.req.param("id"), await readBody(c, UpdateEmailAddress))),
  );
  routes.delete("/:id", (c) => json(deleteEmailAddress(instance, c.req.param("id"))));
  return routes;
}

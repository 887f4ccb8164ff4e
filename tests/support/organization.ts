import { createClerkClient } from "@clerk/backend";
import type { ClerkClient } from "@clerk/backend";
import { randomUUID } from "node:crypto";
import { testServer } from "./server.ts";
import { openWorld } from "./world.ts";

/** Clerk's own Backend API, as the operator's other programs use it. */
export async function backendApi(): Promise<ClerkClient> {
  const { secretKey, apiUrl } = (await testServer()).running.services.clerk;
  return createClerkClient({ secretKey: secretKey.reveal(), apiUrl, telemetry: { disabled: true } });
}

/** An organization that ada founds through the API, with bob and cyd as its members. */
export async function openOrganization() {
  const world = await openWorld({ ada: "stranger", bob: "stranger", cyd: "stranger" });
  const clerk = await backendApi();
  const { id: workspaceId } = await world.ada.workspaces.create.mutate({
    name: "Acme",
    slug: `acme-${randomUUID()}`.slice(0, 30),
    kind: "organization",
  });
  const row = await world.server.running.services.database.db.workspace.findUniqueOrThrow({
    where: { id: workspaceId },
  });
  const organizationId = row.clerkOrganizationId!;
  for (const person of [world.people.bob, world.people.cyd])
    await clerk.organizations.createOrganizationMembership({
      organizationId,
      userId: person.clerkId,
      role: "org:member",
    });
  await world.server.clerk.settled();
  const rolesHere = async () => {
    const { items } = await world.ada.members.list.query({ workspaceId });
    return Object.fromEntries(items.map(({ email, role }) => [email?.split("-")[0], role]));
  };
  const roleAtClerk = async (userId: string) => {
    const { data } = await clerk.organizations.getOrganizationMembershipList({
      organizationId,
      userId: [userId],
    });
    return data[0]?.role;
  };
  return { ...world, workspaceId, organizationId, clerk, rolesHere, roleAtClerk };
}

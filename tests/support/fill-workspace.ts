import type { Api } from "@gatehouse/client";
import { randomUUID } from "node:crypto";
import type { TestServer } from "./server.ts";
import { signUp } from "./world.ts";

export interface OwnedPlace {
  ada: Api;
  workspaceId: string;
  server: TestServer;
}

/** One of everything that a workspace can hold, by the name of the field that asks for its id. */
export async function fillWorkspace({
  ada: owner,
  workspaceId,
  server,
}: OwnedPlace): Promise<Record<string, string>> {
  const project = await owner.projects.create.mutate({ workspaceId, name: "Theirs" });
  const key = await owner.apiKeys.create.mutate({
    workspaceId,
    name: "Theirs",
    scopes: ["projects:read"],
    tier: "lite",
  });
  const reason = "Theirs";
  await server.admin.admin.credits.adjust.mutate({ workspaceId, credits: 10, reason });
  const invitation = await owner.invitations.create.mutate({
    workspaceId,
    // An address takes only so many invitations in a day, and many places are filled.
    email: `theirs-${randomUUID()}@example.com`,
    role: "viewer",
  });
  const { userId } = await signUp("theirs");
  const { db } = server.running.services.database;
  await db.workspaceMember.create({ data: { workspaceId, userId, role: "member" } });
  const hold = await owner.credits.hold.mutate({ workspaceId, credits: 5, reason, idempotencyKey: reason });
  return {
    projectId: project.id,
    apiKeyId: key.id,
    holdId: hold.id,
    invitationId: invitation.id,
    userId,
  };
}

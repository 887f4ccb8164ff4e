import { createClerkClient } from "@clerk/backend";
import { PERMISSIONS } from "@gatehouse/shared";
import { randomUUID } from "node:crypto";
import { fillWorkspace } from "./fill-workspace.ts";
import type { OwnedPlace } from "./fill-workspace.ts";
import { openWorld } from "./world.ts";

/** A credential of somebody who belongs to a workspace, and that workspace. */
export interface Insider {
  token: string;
  home: string;
}

/** A workspace that holds something of everything, and all who belong there. */
export interface Tenant {
  workspaceId: string;
  /** By the name of the field that asks for it. */
  ids: Record<string, string>;
  /** Words that stand nowhere but in what this workspace holds. */
  marks: string[];
  owner: OwnedPlace["ada"];
  insiders: Record<string, Insider>;
}

/** One more tenant of the server: its members of every role, a key, a machine, and the key of a Clerk organization of its owner. */
export async function openTenant(): Promise<Tenant> {
  const world = await openWorld({ ada: "owner", bob: "admin", mel: "member", vic: "viewer" });
  const { workspaceId, people, server, ada: owner } = world;
  const { workspace } = server.running.services.database.db;
  // A key of the smallest tier has too few calls a minute for all that is asked here.
  await workspace.update({ where: { id: workspaceId }, data: { tier: "professional" } });
  const ids = await fillTenant({ ada: owner, workspaceId, server });
  const { secret } = await owner.apiKeys.create.mutate({
    workspaceId,
    name: "Robot",
    scopes: [...PERMISSIONS],
    tier: "professional",
  });
  const machine = await server.clerk.mint({ kind: "m2m", sub: ids["machineId"] ?? "" });
  const at = (token: string): Insider => ({ token, home: workspaceId });
  return {
    workspaceId,
    ids,
    marks: [workspaceId, ...Object.values(ids)],
    owner,
    insiders: {
      "an owner": at(people.ada.token),
      "an admin": at(people.bob.token),
      "a member": at(people.mel.token),
      "a viewer": at(people.vic.token),
      "a key": at(secret),
      "a machine": at(machine),
      "the key of an organization": await openOrganization(world),
    },
  };
}

/** What `fillWorkspace` puts into a workspace, and what only an operator or a provider can put there. */
export async function fillTenant(place: OwnedPlace): Promise<Record<string, string>> {
  const { ada: owner, workspaceId, server } = place;
  const ids = await fillWorkspace(place);
  const machineId = `mch_${randomUUID().replaceAll("-", "")}`;
  await owner.members.addMachine.mutate({ workspaceId, machineId, role: "admin" });
  const meter = `meter-${randomUUID()}`;
  await owner.usage.record.mutate({ workspaceId, meter, quantity: 1, idempotencyKey: meter });
  const price = { packId: "small", credits: 10n, amount: 100n, currency: "eur" };
  const { id: paymentId } = await server.running.services.database.db.payment.create({
    data: { ...price, provider: "stripe", workspaceId, createdAt: new Date() },
  });
  return { ...ids, machineId, meter, paymentId };
}

/** The owner has an organization at Clerk as well; a key of it may do everything there. */
async function openOrganization({ ada, server }: OwnedPlace): Promise<Insider> {
  const { clerk, database } = server.running.services;
  const { id: home } = await ada.workspaces.create.mutate({ name: "Acme", kind: "organization" });
  const { clerkOrganizationId } = await database.db.workspace.findUniqueOrThrow({ where: { id: home } });
  const sdk = createClerkClient({
    secretKey: clerk.secretKey.reveal(),
    apiUrl: clerk.apiUrl,
    telemetry: { disabled: true },
  });
  const { secret = "" } = await sdk.apiKeys.create({
    name: "Everything",
    subject: clerkOrganizationId ?? "",
    scopes: [...PERMISSIONS],
    createdBy: null,
  });
  return { token: secret, home };
}

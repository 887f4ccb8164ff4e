import { z } from "zod";
import { ClerkError, notFound, unprocessable } from "../errors.ts";
import { Metadata, matches, sort } from "../http.ts";
import { newId, newSecret } from "../ids.ts";
import { nextUpdate } from "../instance.ts";
import { findByEmail } from "./identifiers.ts";
import type { Instance } from "../instance.ts";
import type { Invitation } from "../shapes.ts";
import type { DeletedObject } from "./users.ts";

const DAY_MS = 86_400_000;

export const CreateInvitation = z.looseObject({
  email_address: z.email(),
  redirect_url: z.string().nullish(),
  public_metadata: Metadata.nullish(),
  ignore_existing: z.boolean().nullish(),
  expires_in_days: z.number().int().min(1).nullish(),
});

export function createInvitation(instance: Instance, input: z.infer<typeof CreateInvitation>): Invitation {
  const email = input.email_address.toLowerCase();
  if (input.ignore_existing !== true) {
    if (findByEmail(instance, email) !== undefined) {
      throw unprocessable("form_identifier_exists", "email_address", "That email address is taken");
    }
    const open = [...instance.tables.invitations.values()].some(
      (one) => one.email_address === email && one.status === "pending",
    );
    if (open) throw new ClerkError(400, "duplicate_record", { message: "This address was invited already" });
  }
  const now = instance.now();
  const landing = input.redirect_url ?? `${instance.url}/sign-in`;
  const invitation: Invitation = {
    object: "invitation",
    id: newId("inv"),
    email_address: email,
    public_metadata: input.public_metadata ?? {},
    revoked: false,
    status: "pending",
    url: `${landing}${landing.includes("?") ? "&" : "?"}__clerk_ticket=${newSecret("ticket")}`,
    expires_at: now + (input.expires_in_days ?? 30) * DAY_MS,
    created_at: now,
    updated_at: now,
  };
  instance.tables.invitations.set(invitation.id, invitation);
  instance.changed();
  return invitation;
}

/** Newest first, without the revoked ones unless those are asked for. */
export function findInvitations(instance: Instance, query: URLSearchParams): Invitation[] {
  const wanted = query.get("query")?.toLowerCase() ?? "";
  const found = [...instance.tables.invitations.values()].filter(
    (one) =>
      (query.has("status") ? matches(query, "status", one.status) : !one.revoked) &&
      `${one.id} ${one.email_address}`.toLowerCase().includes(wanted),
  );
  return sort(found, query, "-created_at");
}

export function revokeInvitation(instance: Instance, id: string): Invitation {
  const invitation = getInvitation(instance, id);
  if (invitation.status !== "pending") {
    const message = `The invitation is ${invitation.status}`;
    throw new ClerkError(400, "invitation_not_pending", { message });
  }
  invitation.status = "revoked";
  invitation.revoked = true;
  invitation.updated_at = nextUpdate(instance, invitation);
  instance.changed();
  return invitation;
}

export function deleteInvitation(instance: Instance, id: string): DeletedObject {
  getInvitation(instance, id);
  instance.tables.invitations.delete(id);
  instance.changed();
  return { object: "invitation", id, deleted: true };
}

function getInvitation(instance: Instance, id: string): Invitation {
  const invitation = instance.tables.invitations.get(id);
  if (invitation === undefined) throw notFound("Invitation");
  return invitation;
}

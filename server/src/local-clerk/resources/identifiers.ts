import { z } from "zod";
import { notFound, unprocessable } from "../errors.ts";
import { newId } from "../ids.ts";
import { getUser, noteUpdate } from "./users.ts";
import type { Instance } from "../instance.ts";
import type { EmailAddress, PhoneNumber, User } from "../shapes.ts";
import type { DeletedObject } from "./users.ts";

export function newEmailAddress(address: string, about: { now: number; verified: boolean }): EmailAddress {
  const { now, verified } = about;
  return {
    object: "email_address",
    id: newId("idn"),
    email_address: address.toLowerCase(),
    reserved: false,
    verification: {
      object: "verification_otp",
      status: verified ? "verified" : "unverified",
      strategy: "email_code",
      attempts: verified ? 1 : null,
      expire_at: now + 600_000,
    },
    linked_to: [],
    matches_sso_connection: false,
    created_at: now,
    updated_at: now,
  };
}

export function newPhoneNumber(number: string, now: number): PhoneNumber {
  return {
    object: "phone_number",
    id: newId("idn"),
    phone_number: number,
    reserved_for_second_factor: false,
    default_second_factor: false,
    reserved: false,
    verification: {
      object: "verification_admin",
      status: "verified",
      strategy: "admin",
      attempts: null,
      expire_at: null,
    },
    linked_to: [],
    backup_codes: null,
    created_at: now,
    updated_at: now,
  };
}

export function requireFreeEmail(instance: Instance, address: string): void {
  if (!z.email().safeParse(address).success) {
    throw unprocessable(
      "form_param_format_invalid",
      "email_address",
      "email_address is not an e-mail address",
    );
  }
  if (findByEmail(instance, address) !== undefined) {
    throw unprocessable("form_identifier_exists", "email_address", "That email address is taken");
  }
}

export function findByEmail(instance: Instance, address: string): User | undefined {
  const wanted = address.toLowerCase();
  for (const user of instance.tables.users.values()) {
    if (user.email_addresses.some((email) => email.email_address === wanted)) return user;
  }
  return undefined;
}

export const CreateEmailAddress = z.looseObject({
  user_id: z.string(),
  email_address: z.string(),
  verified: z.boolean().nullish(),
  primary: z.boolean().nullish(),
});

export function createEmailAddress(
  instance: Instance,
  input: z.infer<typeof CreateEmailAddress>,
): EmailAddress {
  const user = getUser(instance, input.user_id);
  requireFreeEmail(instance, input.email_address);
  const about = { now: instance.now(), verified: input.verified === true };
  const email = newEmailAddress(input.email_address, about);
  user.email_addresses.push(email);
  if (input.primary === true) user.primary_email_address_id = email.id;
  noteUpdate(instance, user);
  return email;
}

export function findEmailAddress(instance: Instance, id: string): { user: User; email: EmailAddress } {
  for (const user of instance.tables.users.values()) {
    const email = user.email_addresses.find((candidate) => candidate.id === id);
    if (email !== undefined) return { user, email };
  }
  throw notFound("Email address");
}

export const UpdateEmailAddress = z.looseObject({
  verified: z.boolean().nullish(),
  primary: z.boolean().nullish(),
});

export function updateEmailAddress(
  instance: Instance,
  id: string,
  input: z.infer<typeof UpdateEmailAddress>,
): EmailAddress {
  const { user, email } = findEmailAddress(instance, id);
  if (typeof input.verified === "boolean" && email.verification !== null) {
    email.verification.status = input.verified ? "verified" : "unverified";
  }
  if (input.primary === true) user.primary_email_address_id = id;
  email.updated_at = instance.now();
  noteUpdate(instance, user);
  return email;
}

/** The primary address may go too; the user is then without one, as Clerk's own examples show. */
export function deleteEmailAddress(instance: Instance, id: string): DeletedObject {
  const { user } = findEmailAddress(instance, id);
  user.email_addresses = user.email_addresses.filter((email) => email.id !== id);
  if (user.primary_email_address_id === id) user.primary_email_address_id = null;
  noteUpdate(instance, user);
  return { object: "email_address", id, deleted: true };
}

import { z } from "zod";
import { notFound, unprocessable } from "../errors.ts";
import { newId } from "../ids.ts";
import { nextUpdate } from "../instance.ts";
import { removeMembership } from "./memberships.ts";
import { mergeMetadata, replaceMetadata } from "./metadata.ts";
import { endSession, sessionsOf } from "./sessions.ts";
import { newEmailAddress, newPhoneNumber, requireFreeEmail } from "./identifiers.ts";
import { Metadata } from "../http.ts";
import type { GivenMetadata } from "./metadata.ts";
import type { Instance } from "../instance.ts";
import type { User } from "../shapes.ts";

const Text = z.string().max(256).nullish();

export const UserFields = z.looseObject({
  first_name: Text,
  last_name: Text,
  username: Text,
  external_id: Text,
  locale: Text,
  password: z.string().nullish(),
  password_digest: z.string().nullish(),
  public_metadata: Metadata.nullish(),
  private_metadata: Metadata.nullish(),
  unsafe_metadata: Metadata.nullish(),
  delete_self_enabled: z.boolean().nullish(),
  create_organization_enabled: z.boolean().nullish(),
  create_organizations_limit: z.number().nullish(),
});

export const CreateUser = UserFields.extend({
  email_address: z.array(z.string()).nullish(),
  /** Not Clerk's: its Backend API makes verified addresses only. */
  email_verified: z.boolean().nullish(),
  phone_number: z.array(z.string()).nullish(),
  created_at: z.union([z.string(), z.number()]).nullish(),
  banned: z.boolean().nullish(),
  locked: z.boolean().nullish(),
});
export type CreateUser = z.infer<typeof CreateUser>;

export const UpdateUser = UserFields.extend({
  primary_email_address_id: z.string().nullish(),
  primary_phone_number_id: z.string().nullish(),
});
export type UpdateUser = z.infer<typeof UpdateUser>;

export function getUser(instance: Instance, id: string): User {
  const user = instance.tables.users.get(id);
  if (user === undefined) throw notFound("User");
  return user;
}

export function createUser(instance: Instance, input: CreateUser): User {
  const emails = input.email_address ?? [];
  const phones = input.phone_number ?? [];
  if (emails.length + phones.length === 0 && !input.username && !input.external_id) {
    throw unprocessable("form_data_missing", "email_address", "A user needs an e-mail address or a username");
  }
  for (const email of emails) requireFreeEmail(instance, email);
  requireFreeNames(instance, input);

  const now = instance.now();
  const createdAt =
    input.created_at === null || input.created_at === undefined ? now : Date.parse(String(input.created_at));
  const verified = input.email_verified ?? true;
  const email_addresses = emails.map((email) => newEmailAddress(email, { now, verified }));
  const phone_numbers = phones.map((phone) => newPhoneNumber(phone, now));
  const user: User = {
    ...blankUser(newId("user"), Number.isNaN(createdAt) ? now : createdAt),
    email_addresses,
    phone_numbers,
    primary_email_address_id: email_addresses[0]?.id ?? null,
    primary_phone_number_id: phone_numbers[0]?.id ?? null,
    banned: input.banned ?? false,
    locked: input.locked ?? false,
    updated_at: now,
  };
  applyFields(user, input);
  instance.tables.users.set(user.id, user);
  instance.emit("user.created", user);
  return user;
}

export function updateUser(instance: Instance, id: string, input: UpdateUser): User {
  const user = getUser(instance, id);
  requireFreeNames(instance, input, id);
  const primary = input.primary_email_address_id;
  if (typeof primary === "string" && !user.email_addresses.some((email) => email.id === primary)) {
    throw notFound("Email address");
  }
  applyFields(user, input);
  if (primary !== undefined) user.primary_email_address_id = primary;
  return noteUpdate(instance, user);
}

export function changeUserMetadata(
  instance: Instance,
  id: string,
  change: { given: GivenMetadata; how: "merge" | "replace" },
): User {
  const user = getUser(instance, id);
  if (change.how === "merge") mergeMetadata(user, change.given);
  else replaceMetadata(user, change.given);
  return noteUpdate(instance, user);
}

/** A ban ends every session at once; a lock only stops new sign-ins. */
export function setBanned(instance: Instance, id: string, banned: boolean): User {
  const user = getUser(instance, id);
  user.banned = banned;
  noteUpdate(instance, user);
  if (banned) for (const session of sessionsOf(instance, id)) endSession(instance, session.id, "revoked");
  return user;
}

export function setLocked(instance: Instance, id: string, locked: boolean): User {
  const user = getUser(instance, id);
  user.locked = locked;
  user.lockout_expires_in_seconds = locked ? 3600 : null;
  user.verification_attempts_remaining = locked ? 0 : 100;
  return noteUpdate(instance, user);
}

export interface DeletedObject {
  object: string;
  id: string;
  deleted: true;
  slug?: string;
  external_id?: string;
}

export function deleteUser(instance: Instance, id: string): DeletedObject {
  const user = getUser(instance, id);
  const { cascades } = instance.settings;
  for (const session of sessionsOf(instance, id)) endSession(instance, session.id, "revoked", cascades);
  for (const membership of instance.tables.memberships.values()) {
    if (membership.user_id === id) removeMembership(instance, membership, cascades);
  }
  instance.tables.users.delete(id);
  const external = user.external_id === null ? {} : { external_id: user.external_id };
  const deleted: DeletedObject = { object: "user", id, deleted: true, ...external };
  instance.emit("user.deleted", deleted);
  return deleted;
}

export function noteUpdate(instance: Instance, user: User): User {
  user.updated_at = nextUpdate(instance, user);
  instance.emit("user.updated", user);
  return user;
}

/** The address that `primary_email_address_id` names; never simply the first one. */
export function primaryEmail(user: User): string | null {
  return (
    user.email_addresses.find((email) => email.id === user.primary_email_address_id)?.email_address ?? null
  );
}

function requireFreeNames(
  instance: Instance,
  input: { username?: string | null | undefined; external_id?: string | null | undefined },
  ownId?: string,
): void {
  for (const other of instance.tables.users.values()) {
    if (other.id === ownId) continue;
    for (const name of ["username", "external_id"] as const) {
      if (input[name] && other[name] === input[name]) {
        throw unprocessable("form_identifier_exists", name, `That ${name} is taken`);
      }
    }
  }
}

function applyFields(user: User, input: z.infer<typeof UserFields>): void {
  const { password, password_digest } = input;
  if (typeof password === "string" && password.length < 8) {
    throw unprocessable("form_password_length_too_short", "password", "A password has at least 8 characters");
  }
  // Only that there is one is kept: nobody signs in here with a password, so none has to be guarded.
  if (typeof password === "string" || typeof password_digest === "string") user.password_enabled = true;
  for (const name of ["first_name", "last_name", "username", "external_id", "locale"] as const) {
    const value = input[name];
    if (value !== undefined) user[name] = value === "" ? null : value;
  }
  replaceMetadata(user, input);
  if (typeof input.delete_self_enabled === "boolean") user.delete_self_enabled = input.delete_self_enabled;
  if (typeof input.create_organization_enabled === "boolean") {
    user.create_organization_enabled = input.create_organization_enabled;
  }
  if (input.create_organizations_limit !== undefined) {
    user.create_organizations_limit = input.create_organizations_limit;
  }
}

/** A user of whom nothing is known but the id. */
export function blankUser(id: string, createdAt: number): User {
  return {
    object: "user",
    id,
    external_id: null,
    username: null,
    first_name: null,
    last_name: null,
    locale: null,
    image_url: "https://img.clerk.com/eyJ0eXBlIjoiZGVmYXVsdCJ9",
    profile_image_url: "https://www.gravatar.com/avatar?d=mp",
    has_image: false,
    primary_email_address_id: null,
    primary_phone_number_id: null,
    primary_web3_wallet_id: null,
    email_addresses: [],
    phone_numbers: [],
    web3_wallets: [],
    passkeys: [],
    external_accounts: [],
    saml_accounts: [],
    enterprise_accounts: [],
    password_enabled: false,
    two_factor_enabled: false,
    totp_enabled: false,
    backup_code_enabled: false,
    mfa_enabled_at: null,
    mfa_disabled_at: null,
    public_metadata: {},
    private_metadata: {},
    unsafe_metadata: {},
    banned: false,
    locked: false,
    lockout_expires_in_seconds: null,
    verification_attempts_remaining: 100,
    delete_self_enabled: true,
    create_organization_enabled: true,
    create_organizations_limit: null,
    legal_accepted_at: null,
    last_sign_in_at: null,
    last_active_at: null,
    created_at: createdAt,
    updated_at: createdAt,
  };
}

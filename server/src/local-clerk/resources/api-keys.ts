import { z } from "zod";
import { notFound, unprocessable } from "../errors.ts";
import { sameSecret } from "../guard.ts";
import { newHexId, newSecret } from "../ids.ts";
import { Metadata } from "../http.ts";
import { nextUpdate } from "../instance.ts";
import { expiration, refreshed, requireVerifiable } from "./revocable.ts";
import type { Instance } from "../instance.ts";
import type { ApiKey } from "../shapes-machine.ts";

export const CreateApiKey = z.looseObject({
  name: z.string(),
  subject: z.string(),
  description: z.string().nullish(),
  claims: Metadata.nullish(),
  scopes: z.array(z.string()).nullish(),
  created_by: z.string().nullish(),
  seconds_until_expiration: z.number().positive().nullish(),
});

export const UpdateApiKey = z.looseObject({
  subject: z.string(),
  description: z.string().nullish(),
  claims: Metadata.nullish(),
  scopes: z.array(z.string()).nullish(),
  seconds_until_expiration: z.number().positive().nullish(),
});

/** Answers never carry the secret, except the one to its creation. */
export function describeApiKey(key: ApiKey): Omit<ApiKey, "secret"> {
  const { secret: _, ...shown } = key;
  return shown;
}

export function getApiKey(instance: Instance, id: string): ApiKey {
  const key = instance.tables.apiKeys.get(id);
  if (key === undefined) throw notFound("API key");
  return refreshed(instance, key);
}

export function createApiKey(instance: Instance, input: z.infer<typeof CreateApiKey>): ApiKey {
  requireSubject(instance, input.subject);
  const now = instance.now();
  const key: ApiKey = {
    object: "api_key",
    id: newHexId("ak"),
    type: "api_key",
    subject: input.subject,
    name: input.name,
    description: input.description ?? null,
    claims: input.claims ?? null,
    scopes: input.scopes ?? [],
    revoked: false,
    revocation_reason: null,
    expired: false,
    expiration: expiration(instance, input.seconds_until_expiration),
    created_by: input.created_by ?? null,
    last_used_at: null,
    created_at: now,
    updated_at: now,
    secret: newSecret("ak"),
  };
  instance.tables.apiKeys.set(key.id, key);
  instance.changed();
  return key;
}

export function updateApiKey(instance: Instance, id: string, input: z.infer<typeof UpdateApiKey>): ApiKey {
  const key = getApiKey(instance, id);
  // The subject is not changed by an update: it must be named to show whose key is meant.
  if (key.subject !== input.subject) throw notFound("API key");
  if (input.description !== undefined) key.description = input.description;
  if (input.claims !== undefined) key.claims = input.claims;
  key.scopes = input.scopes ?? key.scopes;
  if (input.seconds_until_expiration !== undefined) {
    key.expiration = expiration(instance, input.seconds_until_expiration);
  }
  key.updated_at = nextUpdate(instance, key);
  instance.changed();
  return key;
}

export function verifyApiKey(instance: Instance, secret: string): ApiKey {
  const key = [...instance.tables.apiKeys.values()].find((one) => sameSecret(secret, one.secret));
  const verified = requireVerifiable(instance, key, "API key");
  verified.last_used_at = instance.now();
  instance.changed();
  return verified;
}

function requireSubject(instance: Instance, subject: string): void {
  const { users, organizations } = instance.tables;
  if (users.has(subject) || organizations.has(subject)) return;
  throw unprocessable("form_param_value_invalid", "subject", "The subject is no user and no organization");
}

import { z } from "zod";
import { ClerkError, notFound } from "../errors.ts";
import { sameSecret } from "../guard.ts";
import { newHexId, newSecret } from "../ids.ts";
import { Metadata } from "../http.ts";
import { CATEGORY, signToken } from "../tokens/sign.ts";
import { standardClaims } from "../tokens/session-token.ts";
import { expiration, refreshed, requireVerifiable } from "./revocable.ts";
import type { Instance } from "../instance.ts";
import type { M2mToken, Machine } from "../shapes-machine.ts";

export const CreateM2mToken = z.looseObject({
  token_format: z.enum(["opaque", "jwt"]).nullish(),
  seconds_until_expiration: z.number().positive().nullish(),
  claims: Metadata.nullish(),
  min_remaining_ttl_seconds: z.number().min(0).nullish(),
});
type CreateM2mToken = z.infer<typeof CreateM2mToken>;

/** The token itself is shown at creation and verification of nothing but its owner: here, at creation only. */
export function describeM2mToken(token: M2mToken): Omit<M2mToken, "token"> {
  const { token: _, ...shown } = token;
  return shown;
}

export function createM2mToken(instance: Instance, machine: Machine, input: CreateM2mToken): M2mToken {
  const jwt = input.token_format === "jwt";
  const lifetime = input.seconds_until_expiration ?? machine.default_token_ttl;
  const least = input.min_remaining_ttl_seconds ?? undefined;
  if (least !== undefined && least >= lifetime) {
    const message = "min_remaining_ttl_seconds must be less than the lifetime of the token";
    throw new ClerkError(400, "form_param_value_invalid", {
      message,
      paramName: "min_remaining_ttl_seconds",
    });
  }
  const reusable = jwt || least === undefined ? undefined : findReusable(instance, machine, { input, least });
  if (reusable !== undefined) return reusable;

  const id = newHexId("mt");
  const now = instance.now();
  const token: M2mToken = {
    object: "machine_to_machine_token",
    id,
    subject: machine.id,
    claims: input.claims ?? null,
    scopes: [...machine.scopes],
    revoked: false,
    revocation_reason: null,
    expired: false,
    expiration: expiration(instance, lifetime),
    last_used_at: null,
    created_at: now,
    updated_at: now,
    token: jwt ? signM2m(instance, machine, { id, lifetime, claims: input.claims ?? {} }) : newSecret("mt"),
  };
  instance.tables.m2mTokens.set(id, token);
  instance.changed();
  return token;
}

/** A machine's own secret verifies only tokens that were made for it; the instance's secret key verifies any. */
export function verifyM2mToken(instance: Instance, secret: string, verifier: Machine | undefined): M2mToken {
  const found = [...instance.tables.m2mTokens.values()].find((one) => sameSecret(secret, one.token));
  const token = requireVerifiable(instance, found, "M2M token");
  if (verifier !== undefined && !token.scopes.includes(verifier.id)) throw notFound("M2M token");
  token.last_used_at = instance.now();
  instance.changed();
  return token;
}

export function getM2mToken(instance: Instance, id: string, asker: Machine | undefined): M2mToken {
  const token = instance.tables.m2mTokens.get(id);
  if (token === undefined || (asker !== undefined && token.subject !== asker.id)) throw notFound("M2M token");
  return refreshed(instance, token);
}

function findReusable(
  instance: Instance,
  machine: Machine,
  wish: { input: CreateM2mToken; least: number },
): M2mToken | undefined {
  const wanted = JSON.stringify([wish.input.claims ?? null, machine.scopes]);
  return [...instance.tables.m2mTokens.values()].find(
    (token) =>
      token.subject === machine.id &&
      !token.revoked &&
      token.token.startsWith("mt_") &&
      (token.expiration === null || token.expiration >= instance.now() + wish.least * 1000) &&
      JSON.stringify([token.claims, token.scopes]) === wanted,
  );
}

function signM2m(
  instance: Instance,
  machine: Machine,
  about: { id: string; lifetime: number; claims: Record<string, unknown> },
): string {
  const scopes = machine.scopes.length === 0 ? {} : { aud: machine.scopes, scopes: machine.scopes.join(" ") };
  const own = { jti: about.id, sub: machine.id };
  const claims = { ...about.claims, ...standardClaims(instance, about.lifetime), ...scopes, ...own };
  return signToken(instance, { typ: "JWT", cat: CATEGORY.m2m }, claims);
}

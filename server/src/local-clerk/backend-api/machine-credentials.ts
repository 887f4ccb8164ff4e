import { Hono } from "hono";
import type { Context } from "hono";
import { z } from "zod";
import { ClerkError, unprocessable } from "../errors.ts";
import { bearer, sameSecret } from "../guard.ts";
import { json, page, readBody } from "../http.ts";
import { createApiKey, CreateApiKey, describeApiKey, getApiKey } from "../resources/api-keys.ts";
import { updateApiKey, UpdateApiKey, verifyApiKey } from "../resources/api-keys.ts";
import { createM2mToken, CreateM2mToken, describeM2mToken } from "../resources/m2m-tokens.ts";
import { getM2mToken, verifyM2mToken } from "../resources/m2m-tokens.ts";
import { findMachineBySecret } from "../resources/machines.ts";
import { isListed, refreshed, revoke } from "../resources/revocable.ts";
import type { Instance } from "../instance.ts";
import type { Machine } from "../shapes-machine.ts";

const Revoke = z.looseObject({ revocation_reason: z.string().nullish() });
const query = (url: string): URLSearchParams => new URL(url).searchParams;

export function apiKeyRoutes(instance: Instance): Hono {
  const routes = new Hono();
  routes.post("/", async (c) => json(createApiKey(instance, await readBody(c, CreateApiKey))));
  routes.get("/", (c) => {
    const subject = requireSubject(query(c.req.url));
    const own = [...instance.tables.apiKeys.values()].filter((key) => key.subject === subject);
    const listed = own.filter((key) => isListed(refreshed(instance, key), query(c.req.url))).toReversed();
    const { data, total_count } = page(listed, query(c.req.url));
    return json({ data: data.map((key) => describeApiKey(key)), total_count });
  });
  routes.post("/verify", async (c) => {
    const { secret } = await readBody(c, z.looseObject({ secret: z.string() }));
    return json(describeApiKey(verifyApiKey(instance, secret)));
  });
  routes.get("/:id", (c) => json(describeApiKey(getApiKey(instance, c.req.param("id")))));
  routes.get("/:id/secret", (c) => json({ secret: getApiKey(instance, c.req.param("id")).secret }));
  routes.patch("/:id", async (c) => {
    const input = await readBody(c, UpdateApiKey);
    return json(describeApiKey(updateApiKey(instance, c.req.param("id"), input)));
  });
  routes.post("/:id/revoke", async (c) => {
    const { revocation_reason } = await readBody(c, Revoke);
    const key = getApiKey(instance, c.req.param("id"));
    return json(describeApiKey(revoke(instance, key, revocation_reason ?? null)));
  });
  routes.delete("/:id", (c) => {
    const { id } = getApiKey(instance, c.req.param("id"));
    instance.tables.apiKeys.delete(id);
    instance.changed();
    return json({ object: "api_key", id, deleted: true });
  });
  return routes;
}

/** These take a machine's own secret or the instance's secret key; only a machine can make a token. */
export function m2mTokenRoutes(instance: Instance): Hono {
  const routes = new Hono();
  routes.post("/", async (c) => {
    const machine = callerOf(instance, c);
    if (machine === undefined) {
      const message = "A token is made with the secret key of its machine";
      throw new ClerkError(403, "machine_secret_key_required", { message });
    }
    const input = await readBody(c, CreateM2mToken);
    return json(createM2mToken(instance, machine, input), 201);
  });
  routes.get("/", (c) => {
    const machine = callerOf(instance, c);
    const subject = requireSubject(query(c.req.url));
    const own = [...instance.tables.m2mTokens.values()].filter(
      (token) => token.subject === subject && (machine === undefined || machine.id === subject),
    );
    const listed = own.filter((token) => isListed(refreshed(instance, token), query(c.req.url))).toReversed();
    const { data, total_count } = page(listed, query(c.req.url));
    return json({ m2m_tokens: data.map((token) => describeM2mToken(token)), total_count });
  });
  routes.post("/verify", async (c) => {
    const machine = callerOf(instance, c);
    const { token } = await readBody(c, z.looseObject({ token: z.string() }));
    return json(describeM2mToken(verifyM2mToken(instance, token, machine)));
  });
  routes.post("/:id/revoke", async (c) => {
    const token = getM2mToken(instance, c.req.param("id"), callerOf(instance, c));
    const { revocation_reason } = await readBody(c, Revoke);
    return json(describeM2mToken(revoke(instance, token, revocation_reason ?? null)));
  });
  return routes;
}

/** The machine that calls, or undefined for the instance itself; anybody else is refused. */
function callerOf(instance: Instance, c: Context): Machine | undefined {
  const secret = bearer(c.req.header("authorization")) ?? "";
  if (sameSecret(secret, instance.secrets.secretKey)) return undefined;
  const machine = findMachineBySecret(instance, secret);
  if (machine !== undefined) return machine;
  throw new ClerkError(401, "clerk_key_invalid", {
    message: "The key is no machine's and not the instance's",
  });
}

function requireSubject(asked: URLSearchParams): string {
  const subject = asked.get("subject");
  if (subject === null) throw unprocessable("form_param_missing", "subject", "Name the subject");
  return subject;
}

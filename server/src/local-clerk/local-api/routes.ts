import { Hono } from "hono";
import { z } from "zod";
import { clearTables } from "../tables.ts";
import { ClerkError, errorBody, notFound } from "../errors.ts";
import { bearer, sameSecret } from "../guard.ts";
import { json, readBody } from "../http.ts";
import { currentKey, resetSettings } from "../instance.ts";
import { makeKey, publicPem } from "../keys.ts";
import { mint, MintRequest } from "../tokens/mint.ts";
import { Settings } from "../settings.ts";
import { Fault } from "../watch.ts";
import { envelope } from "../webhooks/envelope.ts";
import { peopleRoutes } from "./people.ts";
import type { Instance } from "../instance.ts";
import type { Outbox } from "../webhooks/outbox.ts";
import type { Watch } from "../watch.ts";

export interface LocalParts {
  instance: Instance;
  watch: Watch;
  outbox: Outbox;
  /** Has keys and secrets written at once. */
  saveIdentity: () => Promise<void>;
}

/** The controls, which Clerk does not have: whoever holds the control token is everybody. */
export function localApi(parts: LocalParts): Hono {
  const { instance, watch } = parts;
  const routes = new Hono();
  routes.use(async (c, next) => {
    const given = bearer(c.req.header("authorization"));
    if (given === null || !sameSecret(given, instance.secrets.controlToken)) {
      return json(errorBody("control_token_invalid", "The controls need the control token"), 401);
    }
    return next();
  });
  routes.route("/", peopleRoutes(instance));
  routes.route("/webhooks", webhookRoutes(parts));

  routes.post("/mint", async (c) => json({ token: mint(instance, await readBody(c, MintRequest)) }));
  routes.post("/rotate-keys", async () => {
    instance.keys.unshift(await makeKey());
    // Two at most: whoever rotates twice wants the first one gone.
    instance.keys.splice(2);
    await parts.saveIdentity();
    return json({ kid: currentKey(instance).kid });
  });
  routes.get("/key", () => json({ kid: currentKey(instance).kid, pem: publicPem(currentKey(instance)) }));
  routes.post("/fault", async (c) => {
    watch.faults.push(await readBody(c, Fault));
    return json({});
  });
  routes.get("/requests", (c) => {
    const path = c.req.query("path");
    return json(watch.requests.filter((request) => path === undefined || request.path === path));
  });
  routes.delete("/requests", () => {
    watch.requests.length = 0;
    return json({});
  });
  routes.post("/options", async (c) => {
    // Entries that are undefined would otherwise overwrite what is set.
    const given = await readBody(c, Settings.partial());
    Object.assign(
      instance.settings,
      Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined)),
    );
    parts.outbox.wake();
    return json(instance.settings);
  });
  routes.post("/reset", () => {
    clearTables(instance.tables);
    resetSettings(instance);
    watch.faults.length = 0;
    watch.requests.length = 0;
    instance.changed();
    return json({});
  });
  return routes;
}

const NewEndpoint = z.strictObject({
  url: z.url(),
  secret: z.string().optional(),
  events: z.array(z.string()).optional(),
});
const AnyEvent = z.strictObject({
  type: z.string(),
  data: z.unknown(),
  timestamp: z.number().optional(),
  svixId: z.string().optional(),
});

function webhookRoutes({ instance, outbox }: LocalParts): Hono {
  const routes = new Hono();
  routes.post("/endpoints", async (c) => {
    const { url, secret, events } = await readBody(c, NewEndpoint);
    const chosen = events === undefined ? {} : { events };
    outbox.addEndpoint({ url, secret: secret ?? instance.secrets.webhookSecret, ...chosen });
    return json({});
  });
  routes.post("/replay", async (c) => {
    const { svixId } = await readBody(c, z.strictObject({ svixId: z.string() }));
    if (!instance.tables.messages.has(svixId)) throw notFound("Message");
    return json({ deliveries: outbox.replay(svixId) });
  });
  routes.get("/messages", () => json([...instance.tables.messages.values()]));
  routes.get("/deliveries", () => json([...instance.tables.deliveries.values()]));
  routes.post("/settled", async () => {
    await outbox.settled();
    return json({});
  });
  // Any event at all, also one that Clerk would never send: late, out of order, of an unknown type.
  routes.post("/send", async (c) => {
    const { type, data, timestamp, svixId } = await readBody(c, AnyEvent);
    if (svixId !== undefined && instance.tables.messages.has(svixId)) {
      throw new ClerkError(409, "message_exists", { message: "This svix-id was used already; replay it" });
    }
    const body = envelope(instance, { type, data, ...(timestamp === undefined ? {} : { timestamp }) });
    return json({ svixId: outbox.push({ type, body, ...(svixId === undefined ? {} : { svixId }) }) });
  });
  return routes;
}

import { Hono } from "hono";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { AppError } from "../base/app-error.ts";
import { ENTRANCES } from "../rest/prefixes.ts";
import type { Services } from "../services.ts";
import { clientAddress } from "./client-address.ts";
import type { Door } from "./door.ts";
import { addDocs } from "./docs-page.ts";
import { addHealth } from "./health.ts";
import { logRequest } from "./log-request.ts";
import { addMetrics } from "./metrics.ts";
import type { Seen } from "./read-facts.ts";
import { refuse, toRefusal } from "./refuse.ts";
import { pickRequestId } from "./request-id.ts";
import { mountRest } from "./rest-mount.ts";
import { securityHeaders } from "./security-headers.ts";
import { traceRequest } from "./trace-request.ts";
import { mountTrpc } from "./trpc-mount.ts";
import { addWebhooks } from "./webhook-mount.ts";

const MOST_BODY_BYTES = 1_048_576;

/**
 * The whole HTTP side over services that are open already. A test calls it as `main.ts` does.
 *
 * In this order: a request gets its id, its log line, its security headers and its CORS answer; a body that is
 * packed or too large is refused; then it goes to its route.
 */
export function buildApp(services: Services): Hono<Door> {
  const { config, log, metrics, traces } = services;
  const app = new Hono<Door>();

  app.use(async (c, next) => {
    const requestId = pickRequestId(c.req.header("x-request-id"));
    c.set("requestId", requestId);
    c.set("address", clientAddress(c, config.trustedHops));
    await traceRequest(c, () => logRequest(c, next, log), traces);
    metrics.answered(c.req.method, c.res.status);
    c.res.headers.set("X-Request-Id", requestId);
    // A page brings its own content policy.
    for (const [name, value] of securityHeaders) if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  });
  app.use(
    cors({
      origin: (origin) => (config.corsOrigins.includes(origin) ? origin : null),
      allowMethods: ["GET", "POST", "PATCH", "PUT", "DELETE"],
      allowHeaders: [
        "Authorization",
        "Content-Type",
        "X-Admin-Key",
        "X-Request-Id",
        "X-Workspace-Id",
        "Idempotency-Key",
        "If-Match",
        "trpc-accept",
      ],
      exposeHeaders: [
        "X-Request-Id",
        "Retry-After",
        "WWW-Authenticate",
        "RateLimit",
        "RateLimit-Policy",
        "Location",
        "Link",
        "ETag",
        "Allow",
      ],
      maxAge: 600,
    }),
  );
  app.use(async (c, next) => {
    // A packed body of a kilobyte can unpack to a gigabyte. Nobody who calls an API needs to pack his request.
    if (c.req.header("content-encoding") !== undefined) throw new AppError("UNSUPPORTED_MEDIA_TYPE");
    return next();
  });
  app.use(
    bodyLimit({
      maxSize: MOST_BODY_BYTES,
      onError: () => {
        throw new AppError("PAYLOAD_TOO_LARGE");
      },
    }),
  );

  addHealth(app, services);
  addMetrics(app, services);
  addDocs(app);
  const trpc = mountTrpc(services);
  app.all("/trpc/*", (c) => trpc(c.req.raw, seen(c)));
  addWebhooks(app, services);

  const rest = mountRest(services);
  for (const entrance of ENTRANCES) app.all(`${entrance}/*`, (c) => rest(c.req.raw, seen(c)));

  app.notFound((c) => refuse(new AppError("NOT_FOUND"), c.get("requestId")));
  app.onError((error, c) => {
    const refusal = toRefusal(error);
    const requestId = c.get("requestId");
    if (refusal.code === "INTERNAL") log.error({ err: error, requestId }, "a request failed");
    return refuse(refusal, requestId);
  });
  return app;
}

function seen(c: Context<Door>): Seen {
  return { requestId: c.get("requestId"), address: c.get("address") };
}

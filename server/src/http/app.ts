import { Hono } from "hono";
import type { Context } from "hono";
import { getConnInfo } from "@hono/node-server/conninfo";
import { bodyLimit } from "hono/body-limit";
import { AppError } from "../base/app-error.ts";
import { ENTRANCES } from "../rest/prefixes.ts";
import type { Services } from "../services.ts";
import { answerPreflight } from "./cross-origin.ts";
import type { Door } from "./door.ts";
import { addDocs } from "./docs-page.ts";
import { addHealth } from "./health.ts";
import { addMetrics } from "./metrics.ts";
import type { Seen } from "./read-facts.ts";
import { refuse, toRefusal } from "./refuse.ts";
import { mountRest } from "./rest-mount.ts";
import { mountTrpc } from "./trpc-mount.ts";
import { attend, beginVisit, everyHeader } from "./visit.ts";
import { addWebhooks } from "./webhook-mount.ts";

const MOST_BODY_BYTES = 1_048_576;

/**
 * The whole HTTP side over services that are open already. A test calls it as `main.ts` does.
 *
 * In this order: a request gets its id, its log line and the headers of every answer; a body that is
 * packed or too large is refused; then it goes to its route.
 */
export function buildApp(services: Services): Hono<Door> {
  const { config, log } = services;
  const app = new Hono<Door>();

  app.use(async (c, next) => {
    const { method, path, raw } = c.req;
    const visit = beginVisit({ method, path, headers: raw.headers, peer: connectionAddress(c) }, config);
    c.set("requestId", visit.requestId);
    c.set("address", visit.address);
    const { headers } = await attend(visit, services, async () => {
      await next();
      return c.res;
    });
    for (const [name, value] of everyHeader(visit, services)) {
      if (name === "Vary") headers.append(name, value);
      // A page brings its own content policy.
      else if (!headers.has(name)) headers.set(name, value);
    }
  });
  app.options("*", answerPreflight);
  app.use(async (c, next) => {
    // The caller's own `Host` stands in it, and may be a name that cannot be.
    if (!URL.canParse(c.req.url)) throw new AppError("VALIDATION_FAILED");
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
  addDocs(app, services);
  const trpc = mountTrpc(services);
  app.on(["GET", "POST"], "/trpc/*", (c) => trpc(c.req.raw, seen(c)));
  app.all("/trpc/*", () => {
    throw new AppError("METHOD_NOT_ALLOWED");
  });
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

function connectionAddress(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? "";
  } catch {
    return "";
  }
}

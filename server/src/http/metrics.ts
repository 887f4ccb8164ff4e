import type { Context, Hono } from "hono";
import { AppError } from "../base/app-error.ts";
import type { Config } from "../base/config.ts";
import { isOneOf } from "../base/secret.ts";
import { isLoopback } from "../base/settings.ts";
import { readCredential } from "../identity/credentials.ts";
import type { Services } from "../services.ts";
import type { Door } from "./door.ts";

/** `/metrics`: this server's own numbers in Prometheus' text format. */
export function addMetrics(app: Hono<Door>, { config, metrics }: Services): void {
  app.get("/metrics", async (c) => {
    requireReader(c, config.metrics);
    return c.body(await metrics.text(), 200, { "Content-Type": metrics.contentType });
  });
}

/** @throws AppError UNAUTHORIZED where a token is asked for; FORBIDDEN where only this machine may look */
function requireReader(c: Context<Door>, allowed: Config["metrics"]): void {
  switch (allowed.kind) {
    case "token": {
      const credential = readCredential(c.req.header("authorization") ?? null);
      if (credential.kind === "bearer" && isOneOf(credential.token, allowed.tokens)) return;
      throw new AppError("UNAUTHORIZED");
    }
    case "loopback":
      if (!isFromThisMachine(c)) throw new AppError("FORBIDDEN");
  }
}

/**
 * A proxy on this machine calls from loopback on behalf of the whole world, and gives itself away by its headers; a page
 * whose name was bent to 127.0.0.1 does by its `Host`.
 */
function isFromThisMachine(c: Context<Door>): boolean {
  const isForwarded = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"].some(
    (name) => c.req.header(name) !== undefined,
  );
  const { hostname } = new URL(c.req.url);
  return !isForwarded && isLoopback(c.get("address") ?? "") && isLoopback(hostname);
}

import type { Context, Next } from "hono";
import type { Log } from "../base/log.ts";
import type { Door } from "./door.ts";

/**
 * One line a request. The path without its query: tRPC puts the inputs of queries there, and callers by mistake
 * their tokens. No header is written.
 */
export async function logRequest(c: Context<Door>, next: Next, log: Log): Promise<void> {
  const started = performance.now();
  await next();
  const { status } = c.res;
  const ms = Math.round((performance.now() - started) * 10) / 10;
  const line = { requestId: c.get("requestId"), method: c.req.method, path: c.req.path, status, ms };
  if (status >= 500) log.error(line, "request");
  else log.info(line, "request");
}

import type { AppError } from "../base/app-error.ts";
import type { Log } from "../base/log.ts";

/** What went wrong on our side. A refusal that the caller has earned is in the log line of his request. */
export function logRefusal(
  log: Log,
  refusal: AppError,
  where: { path: string | undefined; requestId: string },
): void {
  const line = { err: refusal.cause ?? refusal, ...where };
  if (refusal.code === "INTERNAL") log.error(line, "a call failed");
  else if (refusal.code === "UNAVAILABLE") log.warn(line, "a call could not be served");
}

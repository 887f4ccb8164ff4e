import { AppError } from "../base/app-error.ts";
import type { Log } from "../base/log.ts";
import { readClerkUser } from "./clerk-user.ts";
import type { ClerkUser } from "./clerk-user.ts";

/**
 * A user that the Backend API answered with.
 *
 * @throws AppError PROVIDER_ERROR, logged, where the answer is not a user
 */
export function readAnsweredUser(json: unknown, log: Log): ClerkUser {
  const user = readClerkUser(json);
  if (user !== null) return user;
  log.error("the Backend API gave a user whose shape is not known");
  throw new AppError("PROVIDER_ERROR");
}

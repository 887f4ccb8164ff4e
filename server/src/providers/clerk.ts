import { createClerkClient } from "@clerk/backend";
import { isClerkAPIResponseError } from "@clerk/backend/errors";
import { AppError } from "../base/app-error.ts";
import type { ClerkSettings } from "../base/config-identity.ts";

/** What we ask of Clerk's Backend API. Answers are Clerk's own JSON, as it stands in webhooks too. */
export interface ClerkApi {
  /** Null where Clerk knows no such user. */
  getUser(clerkId: string): Promise<unknown>;
}

/** The SDK sets no time limit of its own. */
const TIME_LIMIT_MS = 5_000;

export function openClerkApi(settings: ClerkSettings): ClerkApi {
  const client = createClerkClient({
    secretKey: settings.secretKey.reveal(),
    apiUrl: settings.apiUrl,
    telemetry: { disabled: true },
  });
  return {
    getUser: (clerkId) => ask(async () => (await client.users.getUser(clerkId)).raw),
  };
}

/**
 * Runs one call of the SDK; null for what Clerk does not know.
 *
 * A refusal of our own secret key is our fault and never the caller's, so it is not passed on as a 401.
 *
 * @throws AppError UNAVAILABLE (with Clerk's Retry-After where it gives one) or PROVIDER_ERROR
 */
async function ask<Answer>(call: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await withinTimeLimit(call());
  } catch (error) {
    if (error instanceof AppError) throw error;
    // A network failure is a ClerkAPIResponseError too, without a status.
    const status = isClerkAPIResponseError(error) ? error.status : undefined;
    if (status === 404) return null;
    if (status === undefined || status === 429 || status >= 500) {
      const retryAfter = isClerkAPIResponseError(error) ? error.retryAfter : undefined;
      throw new AppError("UNAVAILABLE", { retryAfterSeconds: retryAfter ?? 5, cause: error });
    }
    throw new AppError("PROVIDER_ERROR", { cause: error });
  }
}

async function withinTimeLimit<Answer>(answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AppError("UNAVAILABLE", { retryAfterSeconds: 5 })), TIME_LIMIT_MS);
  });
  try {
    return await Promise.race([answer, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

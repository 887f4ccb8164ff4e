import { isClerkAPIResponseError } from "@clerk/backend/errors";
import type { ErrorCode } from "@gatehouse/shared";
import { AppError } from "../base/app-error.ts";
import type { Log } from "../base/log.ts";

/** The SDK sets no time limit of its own. */
const TIME_LIMIT_MS = 5_000;
/** Where Clerk does not say when to come back. */
const RETRY_AFTER_SECONDS = 5;

/**
 * Runs one call of the SDK, and says what its failure means to whoever called us.
 *
 * A refusal of our own secret key is our fault and never the caller's, so it is not passed on as a 401. Clerk's
 * sentences are passed on only where they speak of the caller's input.
 *
 * @param meanings what Clerk's own codes mean here, where that is more than their status says
 * @throws AppError NOT_FOUND; VALIDATION_FAILED with the input's field; UNAVAILABLE (with Clerk's Retry-After where
 * it gives one); PROVIDER_ERROR, which is logged
 */
export async function askClerk<Answer>(
  log: Log,
  call: () => Promise<Answer>,
  meanings: ReadonlyMap<string, ErrorCode> = NO_MEANINGS,
): Promise<Answer> {
  try {
    return await withinTimeLimit(call());
  } catch (error) {
    throw error instanceof AppError ? error : translate(error, log, meanings);
  }
}

const NO_MEANINGS: ReadonlyMap<string, ErrorCode> = new Map();

function translate(error: unknown, log: Log, meanings: ReadonlyMap<string, ErrorCode>): AppError {
  // A network failure is a ClerkAPIResponseError too, without a status.
  if (!isClerkAPIResponseError(error)) return unavailable(error);
  const [meaning] = error.errors.flatMap(({ code }) => meanings.get(code) ?? []);
  if (meaning !== undefined) return new AppError(meaning, { cause: error });
  const { status, retryAfter } = error;
  switch (status as number | undefined) {
    case 404:
      return new AppError("NOT_FOUND", { cause: error });
    case 400:
    case 422:
      return new AppError("VALIDATION_FAILED", { fields: error.errors.map(toField), cause: error });
    case undefined:
    case 429:
      return unavailable(error, retryAfter);
    default:
      if (status >= 500) return unavailable(error, retryAfter);
      log.error({ err: error, status }, "the Backend API of Clerk refused our call");
      return new AppError("PROVIDER_ERROR", { cause: error });
  }
}

function unavailable(cause: unknown, retryAfterSeconds = RETRY_AFTER_SECONDS): AppError {
  return new AppError("UNAVAILABLE", { retryAfterSeconds, cause });
}

interface ClerkComplaint {
  message: string;
  longMessage?: string | undefined;
  meta?: { paramName?: string | undefined } | undefined;
}

/** Clerk names its own parameter, `expires_in_seconds`; our inputs have the same names in camelCase. */
function toField({ message, longMessage, meta }: ClerkComplaint): { path: string; message: string } {
  const path = (meta?.paramName ?? "").replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return { path, message: longMessage ?? message };
}

async function withinTimeLimit<Answer>(answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable(new Error("Clerk did not answer in time"))), TIME_LIMIT_MS);
  });
  try {
    return await Promise.race([answer, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

import { createClerkClient } from "@clerk/backend";
import { isClerkAPIResponseError } from "@clerk/backend/errors";
import { bulkhead, circuitBreaker, ConsecutiveBreaker, handleWhen, isBulkheadRejectedError } from "cockatiel";
import { timeout, TimeoutStrategy, wrap } from "cockatiel";
import { z } from "zod";
import { AppError } from "../base/app-error.ts";
import type { ClerkSettings } from "../base/config-identity.ts";
import { instantOf } from "../base/instants.ts";
import type { Log } from "../base/log.ts";

/** The credentials of Clerk that only Clerk can read, by the prefix of their text. */
export type OpaqueKind = "ak" | "oat" | "mt";

/** What Clerk says of one. */
export type OpaqueAnswer =
  | { kind: "valid"; credential: OpaqueCredential }
  /** Not Clerk's, or revoked or expired in a way that Clerk does not tell apart from it. */
  | { kind: "unknown" }
  | { kind: "revoked" }
  | { kind: "expired" };

export interface OpaqueCredential {
  id: string;
  /** Whose it is: `user_…`, `org_…` or `mch_…`. */
  subject: string;
  /** Of an API key its rights, of a machine token the machines that it is for, of an OAuth token OAuth's words. */
  scopes: readonly string[];
  createdBy: string | null;
  clientId: string | null;
  audiences: readonly string[] | undefined;
  actorId: string | null;
  expiresAt: Date | null;
}

/** Asks Clerk about opaque credentials, gently: Clerk may be slow, down or counting our calls. */
export interface ClerkCredentials {
  /** @throws AppError UNAVAILABLE where Clerk gives no answer, or is not asked because it gave none before */
  verify(kind: OpaqueKind, text: string): Promise<OpaqueAnswer>;
}

const TIME_LIMIT_MS = 3_000;
const CALLS_AT_ONCE = 16;
const CALLS_WAITING = 64;
/** So many failures one after the other, and Clerk is left alone for a while. */
const FAILURES_IN_A_ROW = 5;
const REST_MS = 5_000;

export function openClerkCredentials(
  { secretKey, apiUrl }: Pick<ClerkSettings, "secretKey" | "apiUrl">,
  { log, restMs = REST_MS, timeLimitMs = TIME_LIMIT_MS }: { log: Log; restMs?: number; timeLimitMs?: number },
): ClerkCredentials {
  const { apiKeys, idPOAuthAccessToken, m2m } = createClerkClient({
    secretKey: secretKey.reveal(),
    apiUrl,
    telemetry: { disabled: true },
  });
  const ask: Record<OpaqueKind, (text: string) => Promise<unknown>> = {
    ak: (secret) => apiKeys.verify(secret),
    oat: (accessToken) => idPOAuthAccessToken.verify(accessToken),
    mt: (token) => m2m.verify({ token }),
  };
  const gently = wrap(
    circuitBreaker(
      handleWhen((error) => !isBulkheadRejectedError(error) && !isAboutTheText(error)),
      { halfOpenAfter: restMs, breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW) },
    ),
    bulkhead(CALLS_AT_ONCE, CALLS_WAITING),
    // The SDK sets no time limit of its own.
    timeout(timeLimitMs, TimeoutStrategy.Aggressive),
  );
  return {
    verify: async (kind, text) => {
      try {
        // A signal of its own: those who share the library's default one would each leave a listener on it.
        const { signal } = new AbortController();
        return readAnswer(await gently.execute(() => ask[kind](text), signal));
      } catch (error) {
        if (isAboutTheText(error)) return { kind: "unknown" };
        log.warn({ err: error, kind }, "a credential could not be verified at the identity provider");
        throw new AppError("UNAVAILABLE", { retryAfterSeconds: retryAfterOf(error), cause: error });
      }
    },
  };
}

/** Clerk's word on the credential itself. A refusal of our own secret key (401, 403) is our fault, not the caller's. */
function isAboutTheText(error: unknown): boolean {
  return isClerkAPIResponseError(error) && [400, 404, 422].includes(error.status);
}

function retryAfterOf(error: unknown): number {
  return (isClerkAPIResponseError(error) ? error.retryAfter : undefined) ?? 5;
}

// Read as unknown data and fail closed: the SDK's types promise fields that an `{ active: false }` does not have.
const Verified = z.object({
  id: z.string(),
  subject: z.string().min(1),
  revoked: z.boolean(),
  expired: z.boolean(),
  active: z.boolean().optional(),
  scopes: z.array(z.string()).nullish(),
  expiration: z.number().nullish(),
  createdBy: z.string().nullish(),
  clientId: z.string().nullish(),
  aud: z.array(z.string()).optional(),
  act: z.object({ sub: z.string() }).nullish(),
});

/** Clerk answers 200 for credentials that are over, and the SDK does not look: `revoked` and `expired` are read here. */
function readAnswer(answer: unknown): OpaqueAnswer {
  const { data } = Verified.safeParse(answer);
  if (data === undefined || data.active === false) return { kind: "unknown" };
  if (data.revoked) return { kind: "revoked" };
  if (data.expired) return { kind: "expired" };
  const { id, subject } = data;
  const expiration = data.expiration ?? null;
  return {
    kind: "valid",
    credential: {
      id,
      subject,
      scopes: data.scopes ?? [],
      createdBy: data.createdBy ?? null,
      clientId: data.clientId ?? null,
      audiences: data.aud,
      actorId: data.act?.sub ?? null,
      expiresAt: expiration === null ? null : instantOf(expiration),
    },
  };
}

import { isClerkAPIResponseError } from "@clerk/backend/errors";
import type { Session } from "@clerk/backend";
import { z } from "zod";
import type { ClerkInstance } from "../clerk-instance.ts";

/** A ticket is used at once. */
const TICKET_SECONDS = 60;
const TIME_LIMIT_MS = 10_000;
/** The most that Clerk gives in one answer. */
const MOST_AT_ONCE = 500;

/**
 * A session of the user that outlives the token: one that is open already, else a new one.
 *
 * It stays open. A token is refused as soon as its session is revoked, so revoking it after the run would make the
 * token worthless; and because the next run takes the same session, sessions do not pile up.
 *
 * @returns its id
 */
export async function openSession(
  instance: ClerkInstance,
  userId: string,
  ttlSeconds: number,
): Promise<string> {
  const { clerk } = instance;
  const { data: open } = await clerk.sessions.getSessionList({
    userId,
    status: "active",
    limit: MOST_AT_ONCE,
  });
  const until = Date.now() + ttlSeconds * 1_000;
  const lasting = open.find((session) => outlives(session, until));
  if (lasting !== undefined) return lasting.id;
  try {
    return (await clerk.sessions.createSession({ userId })).id;
  } catch (error) {
    // Only development instances let the Backend API make sessions. Production instances want a sign-in.
    if (!isRefusal(error)) throw error;
    return signInByTicket(instance, userId);
  }
}

/** A session in which somebody impersonates the user may do less than he. */
function outlives({ expireAt, actor }: Session, until: number): boolean {
  return expireAt > until && (actor ?? null) === null;
}

function isRefusal(error: unknown): boolean {
  return isClerkAPIResponseError(error) && [400, 403, 405, 422].includes(error.status);
}

/** Clerk's Frontend API wraps what was asked for; the session's id may stand in either place. */
const SignIn = z.object({
  response: z.object({ status: z.string(), created_session_id: z.string().nullish() }),
});

/** The road of production instances: a sign-in token of the Backend API, used at once at the Frontend API. */
async function signInByTicket({ clerk, frontendUrl }: ClerkInstance, userId: string): Promise<string> {
  const ticket = await clerk.signInTokens.createSignInToken({ userId, expiresInSeconds: TICKET_SECONDS });
  // `_is_native` says that no browser with cookies is asking.
  const answer = await fetch(`${frontendUrl}/v1/client/sign_ins?_is_native=1`, {
    method: "POST",
    body: new URLSearchParams({ strategy: "ticket", ticket: ticket.token }),
    redirect: "error",
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  }).catch((error: unknown) => {
    throw new Error(`The Frontend API at ${frontendUrl} cannot be reached.`, { cause: error });
  });
  if (!answer.ok) throw new Error(`The Frontend API refused the sign-in token (${answer.status}).`);
  const { response } = SignIn.parse(await answer.json());
  const { status, created_session_id: sessionId } = response;
  if (sessionId === null || sessionId === undefined)
    throw new Error(`The sign-in is not complete: Clerk wants another step (${status}).`);
  return sessionId;
}

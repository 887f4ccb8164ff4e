import type { ClerkClient } from "@clerk/backend";

export interface TokenWishes {
  /** A session that is still open: `sess_…`. */
  sessionId: string;
  /** 30 to 315,360,000; without it what the instance or the template says, which is 60 unless changed. */
  ttlSeconds?: number;
  /** A JWT template of the instance, by its name. Such a token names no session, so closing the session does not end it. */
  template?: string;
}

/**
 * Mints a token of a session through the Backend API, for scripts on a server.
 *
 * No browser asks for it, so it carries no `azp`: where `CLERK_AUTHORIZED_PARTIES` is set it is accepted for the
 * service user only, or with `CLERK_ALLOW_MISSING_AZP`.
 *
 * @param clerk `createClerkClient({ secretKey })` of @clerk/backend
 * @throws ClerkAPIResponseError, 404 where the session does not exist or is closed
 */
export async function mintToken(
  clerk: Pick<ClerkClient, "sessions">,
  { sessionId, ttlSeconds, template = "" }: TokenWishes,
): Promise<string> {
  // The empty template is how the SDK is asked for a plain session token with a lifetime of its own.
  const { jwt } = await clerk.sessions.getToken(sessionId, template, ttlSeconds);
  return jwt;
}

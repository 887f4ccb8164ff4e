import type { GetToken } from "@gatehouse/client";
import { fetchToken } from "./local-provider.ts";

/** A token is replaced when it has less than this left, so that it does not die on its way. */
const LEAST_SECONDS_LEFT = 10;

/**
 * What Clerk's `session.getToken()` does: tokens live for a minute, so one is kept and replaced in time.
 *
 * @param onOver the session has ended somewhere else, such as in another tab
 */
export function openTokens(sessionId: string, onOver: () => void): GetToken {
  let kept: { token: string; expiresAtSeconds: number } | null = null;
  return async ({ skipCache = false } = {}) => {
    const nowSeconds = Date.now() / 1_000;
    if (!skipCache && kept !== null && kept.expiresAtSeconds - nowSeconds > LEAST_SECONDS_LEFT)
      return kept.token;
    const token = await fetchToken(sessionId);
    if (token === null) {
      onOver();
      return null;
    }
    kept = { token, expiresAtSeconds: expiryOf(token) };
    return token;
  };
}

/** `exp` of a JWT. It is only read here; to trust it is the server's affair. */
function expiryOf(token: string): number {
  const [, claims = ""] = token.split(".");
  const { exp }: { exp: number } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
  return exp;
}

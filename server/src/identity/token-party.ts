import type { TokenRules } from "../base/config-tokens.ts";
import type { TokenClaims } from "./token-claims.ts";

/**
 * Whether a user's token was minted for one of our frontends; null if it was, or a reason.
 *
 * `azp` is the origin that asked for the token: another site's token must not be replayed here. Native apps have no
 * origin, and neither has the Backend API, which mints for the service user.
 *
 * @param serviceUserId asked only for a token without azp whose signature is good, because it may cost a call
 */
export async function flawOfParty(
  { azp, sub }: TokenClaims,
  { authorizedParties, allowMissingAzp }: TokenRules,
  serviceUserId: () => Promise<string | null>,
): Promise<string | null> {
  if (authorizedParties.length === 0) return null;
  if (azp !== undefined) {
    if (authorizedParties.includes(azp)) return null;
    return `azp ${isOrigin(azp) ? azp : "(not an origin)"} is not in CLERK_AUTHORIZED_PARTIES`;
  }
  if (allowMissingAzp || sub === (await serviceUserId())) return null;
  return "has no azp (see CLERK_ALLOW_MISSING_AZP)";
}

/** Only then is it repeated to the caller: it says which of his frontends is not configured. */
function isOrigin(text: string): boolean {
  return text.length <= 200 && URL.canParse(text) && new URL(text).origin === text;
}

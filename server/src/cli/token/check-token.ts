import { verifyToken } from "@clerk/backend";
import type { User } from "@clerk/backend";
import type { ClerkSettings } from "../../base/config-identity.ts";
import { openLog } from "../../base/log.ts";
import { verifyClerkToken } from "../../identity/clerk-token.ts";
import { openTokenMemory } from "../../identity/token-memory.ts";
import { readJwt } from "../../identity/jwt-shape.ts";
import type { UnverifiedJwt } from "../../identity/jwt-shape.ts";
import { openKeySet } from "../../identity/key-set.ts";
import type { ClerkInstance } from "../clerk-instance.ts";

export interface CheckedToken {
  expiresAt: Date;
  /** Why this server would refuse the token; null where it would take it. */
  refusal: string | null;
}

/**
 * Verifies a token before anybody gets it: that the configured issuer signed it, and what this server would say.
 *
 * Whether the server takes it is not a condition: a token of a template may be meant for another service.
 *
 * @throws Error where it is not signed by the configured instance
 */
export async function checkToken(
  jwt: string,
  { settings }: ClerkInstance,
  user: User,
): Promise<CheckedToken> {
  const clocks = { now: () => new Date(), monotonicMs: () => performance.now() };
  const keySet = openKeySet(settings.keys, { log: openLog("silent"), ...clocks });
  const read = readJwt(jwt);
  const pem = await keySet.find(keyIdOf(read));
  const { exp } = await verifyToken(jwt, { jwtKey: pem ?? "", issuer: settings.issuer }).catch(
    (error: unknown) => {
      throw new Error("The token is not signed by the instance that CLERK_ISSUER names.", { cause: error });
    },
  );
  const verdict =
    read === null
      ? null
      : await verifyClerkToken(jwt, read, {
          settings,
          keySet,
          memory: openTokenMemory({ keySet, ...clocks }),
          serviceUserId: () => Promise.resolve(isServiceUser(user, settings.serviceUser) ? user.id : null),
          now: clocks.now,
        });
  const refusal = verdict?.kind === "rejected" ? (verdict.reason ?? verdict.code) : null;
  return { expiresAt: new Date(exp * 1_000), refusal };
}

function isServiceUser(user: User, service: ClerkSettings["serviceUser"]): boolean {
  if (service === null) return false;
  if ("id" in service) return service.id === user.id;
  return service.email.toLowerCase() === user.primaryEmailAddress?.emailAddress.toLowerCase();
}

function keyIdOf(jwt: UnverifiedJwt | null): string {
  const keyId = jwt?.header["kid"];
  return typeof keyId === "string" ? keyId : "";
}

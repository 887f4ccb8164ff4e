import type { Whoami } from "@gatehouse/shared";
import type { CurrentUser } from "../../access/contexts.ts";
import { AppError } from "../../base/app-error.ts";
import { toInstant } from "../../base/instants.ts";
import type { Soon } from "../../base/soon.ts";
import type { Principal } from "../../identity/principal.ts";

const NOBODY: Whoami = {
  kind: "anonymous",
  subject: null,
  via: null,
  sessionId: null,
  organizationId: null,
  actor: null,
  clientId: null,
  expiresAt: null,
  scopes: null,
  tier: null,
  code: null,
  reason: null,
};

/**
 * Says who the caller is taken for.
 *
 * @param user looks a user up: a token that is good by itself is refused all the same where its session was revoked or
 * its user banned, and then that is the reason to tell
 */
export async function whoami(principal: Principal, user: () => Soon<CurrentUser>): Promise<Whoami> {
  const told = describe(principal);
  if (principal.kind !== "user") return told;
  try {
    await user();
    return told;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...told, kind: "rejected", code: error.code, reason: error.reason ?? null };
  }
}

function describe(principal: Principal): Whoami {
  switch (principal.kind) {
    case "anonymous":
      return NOBODY;
    case "rejected":
      return { ...NOBODY, kind: "rejected", code: principal.code, reason: principal.reason };
    case "user": {
      const {
        clerkId: subject,
        via,
        sessionId,
        organizationId,
        actorId: actor,
        clientId,
        scopes,
      } = principal;
      return {
        ...NOBODY,
        kind: "user",
        subject,
        via,
        sessionId,
        organizationId,
        actor,
        clientId,
        scopes: scopes === null ? null : [...scopes],
        expiresAt: toInstant(principal.expiresAt),
      };
    }
    case "organization": {
      const { keyId: subject, organizationId, scopes, expiresAt } = principal;
      return {
        ...NOBODY,
        kind: "organization",
        subject,
        via: "clerkApiKey",
        organizationId,
        scopes: [...scopes],
        expiresAt: toInstant(expiresAt),
      };
    }
    case "apiKey": {
      const { keyId: subject, scopes, tier, expiresAt } = principal;
      return {
        ...NOBODY,
        kind: "apiKey",
        subject,
        scopes: [...scopes],
        tier,
        expiresAt: toInstant(expiresAt),
      };
    }
    case "machine":
      return {
        ...NOBODY,
        kind: "machine",
        subject: principal.machineId,
        expiresAt: toInstant(principal.expiresAt),
      };
  }
}

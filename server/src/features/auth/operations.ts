import type { Whoami } from "@gatehouse/shared";
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

/** Says who the caller is taken for. It reads the credential only and looks nothing up. */
export function whoami(principal: Principal): Whoami {
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

function toInstant(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}

import type { ClerkSettings } from "../base/config-identity.ts";

/** A miss is asked again after this time: the user may have been made in the meantime. */
const ASK_AGAIN_AFTER_MS = 30_000;

export interface ServiceUserTools {
  /** The user whose verified primary e-mail address this is; null where there is none. */
  findUserId: (email: string) => Promise<string | null>;
  monotonicMs: () => number;
}

/**
 * Who the service user is. One that is configured by e-mail is looked up once and remembered: an address that moves
 * to somebody else at Clerk must not carry the right to come without `azp` along while we run.
 *
 * @returns a question that may fail with UNAVAILABLE while Clerk cannot be reached
 */
export function openServiceUser(
  configured: ClerkSettings["serviceUser"],
  { findUserId, monotonicMs }: ServiceUserTools,
): () => Promise<string | null> {
  if (configured === null) return () => Promise.resolve(null);
  if ("id" in configured) return () => Promise.resolve(configured.id);

  let found: string | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<string | null> | null = null;
  const ask = async (): Promise<string | null> => {
    try {
      found = await findUserId(configured.email);
      askedAt = monotonicMs();
      return found;
    } finally {
      underWay = null;
    }
  };
  return () => {
    if (found !== null || monotonicMs() - askedAt < ASK_AGAIN_AFTER_MS) return Promise.resolve(found);
    return (underWay ??= ask());
  };
}

import { notFound } from "../errors.ts";
import type { Instance } from "../instance.ts";
import type { Revocable } from "../shapes-machine.ts";

/** Notes that a credential's time is over, if it is. */
export function refreshed<T extends Revocable>(instance: Instance, credential: T): T {
  const over = credential.expiration !== null && credential.expiration <= instance.now();
  if (over !== credential.expired) {
    credential.expired = over;
    instance.changed();
  }
  return credential;
}

/** A revoked or expired credential is unknown (404) or shown with its flags: Clerk's own documents say both. */
export function requireVerifiable<T extends Revocable>(
  instance: Instance,
  credential: T | undefined,
  name: string,
): T {
  if (credential === undefined) throw notFound(name);
  const { revoked, expired } = refreshed(instance, credential);
  if ((revoked || expired) && instance.settings.revokedCredentials === "not-found") throw notFound(name);
  return credential;
}

export function revoke<T extends Revocable>(instance: Instance, credential: T, reason: string | null): T {
  credential.revoked = true;
  credential.revocation_reason = reason;
  credential.updated_at = Math.max(instance.now(), credential.updated_at + 1);
  instance.changed();
  return credential;
}

/** Whether it belongs into a list: by default only what still works. */
export function isListed(credential: Revocable, query: URLSearchParams): boolean {
  if (query.get("include_invalid") === "true") return true;
  const revoked = !credential.revoked || query.get("revoked") === "true";
  return revoked && (!credential.expired || query.get("expired") === "true");
}

export function expiration(instance: Instance, seconds: number | null | undefined): number | null {
  return seconds === null || seconds === undefined ? null : instance.now() + seconds * 1000;
}

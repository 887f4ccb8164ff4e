import { emptySettings } from "./settings.ts";
import type { Settings } from "./settings.ts";
import type { SigningKey } from "./keys.ts";
import type { Tables } from "./tables.ts";

/** Made at first open and kept for ever: who this instance is. */
export interface Secrets {
  secretKey: string;
  controlToken: string;
  webhookSecret: string;
}

/**
 * One Clerk instance as every function below sees it: what it knows, what time it is, and the two things a
 * write must do (tell the webhooks, have it saved).
 */
export interface Instance {
  /** `ins_…` */
  readonly id: string;
  /** What stands in `iss`. */
  readonly issuer: string;
  /** `http://127.0.0.1:PORT`; known once the server listens. */
  readonly url: string;
  readonly secrets: Secrets;
  /** Newest first; the first one signs. Two after a rotation, so that tokens signed before it still verify. */
  readonly keys: SigningKey[];
  readonly tables: Tables;
  readonly settings: Settings;
  /** Milliseconds, moved by the clock control. */
  readonly now: () => number;
  /** Queues one webhook and has the state saved. `data` is copied at once. */
  readonly emit: (type: string, data: unknown) => void;
  /** Has the state saved, for writes that no webhook tells of. */
  readonly changed: () => void;
}

export function nowSeconds(instance: Instance): number {
  return Math.floor(instance.now() / 1000);
}

/**
 * A write always moves `updated_at` forward, even twice in one millisecond or after the clock control moved time
 * back: receivers order events by it.
 */
export function nextUpdate(instance: Instance, record: { updated_at: number }): number {
  return Math.max(instance.now(), record.updated_at + 1);
}

/** Puts the settings and the clock back; keys, secrets and receivers stay. */
export function resetSettings(instance: Instance): void {
  Object.assign(instance.settings, emptySettings());
}

export function currentKey(instance: Instance): SigningKey {
  const [key] = instance.keys;
  if (key === undefined) throw new Error("The instance has no signing key.");
  return key;
}

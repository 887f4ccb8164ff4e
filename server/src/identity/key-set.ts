import { AppError } from "../base/app-error.ts";
import type { ClerkKeys } from "../base/config-identity.ts";
import type { Log } from "../base/log.ts";
import { readKeys } from "./jwks.ts";

/** The keys that a Clerk instance signs with, as PEM. */
export interface KeySet {
  /** The key of this id, if it can be used and need not be waited for. */
  known(keyId: string): string | undefined;
  /**
   * The key of this id, or null where the instance has no such key.
   *
   * @throws AppError UNAVAILABLE where no keys could be fetched yet
   */
  find(keyId: string): Promise<string | null>;
  /** Whether a token could be verified now. */
  isReady(): Promise<boolean>;
  /** How old the keys are, for metrics; null while there are none, 0 for a fixed key. */
  ageSeconds(): number | null;
  /** How often the endpoint was asked, for metrics. */
  fetches(): Readonly<Record<"succeeded" | "failed", number>>;
}

export interface KeySetTools {
  log: Log;
  monotonicMs: () => number;
  /** How long one fetch may take. */
  timeLimitMs?: number;
}

const TIME_LIMIT_MS = 5_000;
const LONGEST_ANSWER_BYTES = 65_536;
/** An unknown key id asks the endpoint again, but not more often than this: a flood of made-up ids costs one fetch. */
const COOL_DOWN_MS = 30_000;
/** Known keys are used for so long while the endpoint cannot be reached. */
const STALE_FOR_MS = 24 * 60 * 60 * 1_000;
/** Known keys are asked for again after this time, so that a key withdrawn at Clerk is forgotten here. */
const FRESH_FOR_MS = 5 * 60 * 1_000;

export function openKeySet(keys: ClerkKeys, tools: KeySetTools): KeySet {
  switch (keys.kind) {
    case "pem":
      // One fixed key, as Clerk's dashboard shows it. It carries no id, so any id means it.
      return {
        known: () => keys.pem,
        find: () => Promise.resolve(keys.pem),
        isReady: () => Promise.resolve(true),
        ageSeconds: () => 0,
        fetches: () => ({ succeeded: 0, failed: 0 }),
      };
    case "endpoint":
      return new RemoteKeySet(keys, tools);
  }
}

/**
 * Keys from a JWKS endpoint, remembered.
 *
 * In front of the SDK's own fetching, which has no time limit, fetches once for every unknown key id and again for
 * every caller who waits, and fails everything five minutes after the endpoint does.
 */
class RemoteKeySet implements KeySet {
  readonly #endpoint: Extract<ClerkKeys, { kind: "endpoint" }>;
  readonly #log: Log;
  readonly #monotonicMs: () => number;
  readonly #timeLimitMs: number;
  #pems: ReadonlyMap<string, string> = new Map();
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #underWay: Promise<void> | null = null;
  #lastTryFailed = false;
  readonly #fetches = { succeeded: 0, failed: 0 };

  constructor(
    endpoint: Extract<ClerkKeys, { kind: "endpoint" }>,
    { log, monotonicMs, timeLimitMs = TIME_LIMIT_MS }: KeySetTools,
  ) {
    this.#endpoint = endpoint;
    this.#log = log;
    this.#monotonicMs = monotonicMs;
    this.#timeLimitMs = timeLimitMs;
  }

  known(keyId: string): string | undefined {
    const age = this.#monotonicMs() - this.#fetchedAt;
    if (age > STALE_FOR_MS) return undefined;
    const known = this.#pems.get(keyId);
    // A known key answers at once; that it is asked for again is nobody's wait.
    if (known !== undefined && age >= FRESH_FOR_MS) void this.#askAgain();
    return known;
  }

  async find(keyId: string): Promise<string | null> {
    const known = this.known(keyId);
    if (known !== undefined) return known;
    await this.#askAgain();
    const found = this.known(keyId);
    if (found !== undefined) return found;
    // While the endpoint is silent nobody knows whether this is its newest key or a made-up one.
    if (this.#lastTryFailed || this.#isTooOld()) throw new AppError("UNAVAILABLE", { retryAfterSeconds: 5 });
    return null;
  }

  async isReady(): Promise<boolean> {
    if (this.#pems.size === 0) await this.#askAgain();
    return this.#pems.size > 0 && !this.#isTooOld();
  }

  ageSeconds(): number | null {
    return this.#pems.size === 0 ? null : Math.round((this.#monotonicMs() - this.#fetchedAt) / 1_000);
  }

  fetches(): Readonly<Record<"succeeded" | "failed", number>> {
    return this.#fetches;
  }

  #isTooOld(): boolean {
    return this.#monotonicMs() - this.#fetchedAt > STALE_FOR_MS;
  }

  #askAgain(): Promise<void> {
    if (this.#underWay !== null) return this.#underWay;
    const now = this.#monotonicMs();
    // Without a usable key nobody can sign in, so the wait between two tries is short.
    const wait = this.#pems.size === 0 || this.#isTooOld() ? 1_000 : COOL_DOWN_MS;
    if (now - this.#triedAt < wait) return Promise.resolve();
    this.#triedAt = now;
    this.#underWay = this.#fetch().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #fetch(): Promise<void> {
    try {
      const { url, bearer } = this.#endpoint;
      const headers = {
        accept: "application/json",
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer.reveal()}` }),
      };
      // A redirect is refused: it could lead to an address that nobody configured, and take the secret key along.
      const answer = await fetch(url, {
        redirect: "error",
        signal: AbortSignal.timeout(this.#timeLimitMs),
        headers,
      });
      if (!answer.ok) throw new Error(`the key endpoint answered ${answer.status}`);
      const pems = readKeys(await readAtMost(answer, LONGEST_ANSWER_BYTES));
      if (pems.size === 0) throw new Error("the key endpoint gave no usable key");
      this.#pems = pems;
      this.#fetchedAt = this.#monotonicMs();
      this.#lastTryFailed = false;
      this.#fetches.succeeded += 1;
    } catch (error) {
      this.#lastTryFailed = true;
      this.#fetches.failed += 1;
      this.#log.warn(
        { err: error, knownKeys: this.#pems.size, keysAgeSeconds: this.ageSeconds() },
        "the keys of the identity provider could not be fetched",
      );
    }
  }
}

async function readAtMost(answer: Response, mostBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new Error("the key endpoint's answer is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

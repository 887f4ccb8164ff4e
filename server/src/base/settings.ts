import { Secret } from "./secret.ts";

/** Variables by name, as they were written. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Every setting that is bad or dangerous, by the name of its variable; never a value, which may be a secret. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`These settings stop the start:\n${problems.map((each) => `  ${each}`).join("\n")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** Reads variables one by one and gathers what is wrong with them, so that an operator sees all of it at once. */
export class Settings {
  readonly #env: Environment;
  readonly #problems: string[] = [];

  constructor(env: Environment) {
    this.#env = env;
  }

  /** Notes that a variable is bad; `why` continues the sentence that its name begins. */
  refuse(name: string, why: string): void {
    this.#problems.push(`${name} ${why}`);
  }

  throwIfRefused(): void {
    if (this.#problems.length > 0) throw new ConfigError(this.#problems);
  }

  /** A variable that is empty or blank counts as not set. */
  text(name: string): string | null {
    return this.#env[name]?.trim() || null;
  }

  whole(name: string, preset: number, [least, most]: readonly [number, number]): number {
    const text = this.text(name);
    if (text === null) return preset;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    this.refuse(name, `is not a whole number from ${least} to ${most}`);
    return preset;
  }

  /** A part of something, from 0 to 1. */
  part(name: string, preset: number): number {
    const text = this.text(name);
    if (text === null) return preset;
    const value = /^\d(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (value >= 0 && value <= 1) return value;
    this.refuse(name, "is not a part between 0 and 1");
    return preset;
  }

  oneOf<Choice extends string>(name: string, preset: Choice, choices: readonly Choice[]): Choice {
    const text = this.text(name);
    const choice = text === null ? preset : choices.find((each) => each === text);
    if (choice === undefined) this.refuse(name, `is none of: ${choices.join(", ")}`);
    return choice ?? preset;
  }

  flag(name: string): boolean {
    return this.oneOf(name, "false", ["true", "false"]) === "true";
  }

  /** An http(s) address without its trailing slashes. */
  address(name: string): string | null {
    const text = this.text(name);
    if (text === null) return null;
    if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
      this.refuse(name, "is not an http(s) address");
      return null;
    }
    return text.replace(/\/+$/, "");
  }

  /** Comma separated; empty pieces are dropped. */
  list(name: string): string[] {
    return (this.text(name) ?? "")
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== "");
  }

  /** Exact origins, comma separated: scheme, host and port, nothing behind them, no pattern. */
  origins(name: string): string[] {
    const origins = this.list(name);
    const bad = origins.some((each) => !URL.canParse(each) || new URL(each).origin !== each);
    if (bad) this.refuse(name, "has an entry that is not an origin such as https://app.example.com");
    return origins;
  }

  /** Secrets, comma separated. One that is too short to be one is refused. */
  secrets(name: string, leastLength: number): Secret[] {
    const secrets = this.list(name);
    if (secrets.some((each) => each.length < leastLength))
      this.refuse(name, `has an entry shorter than ${leastLength} characters`);
    return secrets.map((each) => new Secret(each));
  }

  /** Keys of 32 bytes as base64, comma separated. */
  keys(name: string): Secret[] {
    const keys = this.list(name);
    if (!keys.every(isKey))
      this.refuse(name, "has an entry that is not the base64 of 32 bytes (openssl rand -base64 32)");
    if (new Set(keys).size < keys.length) this.refuse(name, "has an entry twice");
    return keys.map((each) => new Secret(each));
  }
}

/** Canonical base64 of 32 bytes: an entry that was cut off or pasted twice is neither. */
function isKey(text: string): boolean {
  return Buffer.from(text, "base64").toString("base64") === text && Buffer.from(text, "base64").length === 32;
}

/** Whether a host name can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

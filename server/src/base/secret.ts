import { hash, timingSafeEqual } from "node:crypto";
import { inspect } from "node:util";

/** A string that cannot slip into a log line, an error or a JSON body; `reveal()` is the one way out. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [inspect.custom](): string {
    return "[secret]";
  }
}

/**
 * Whether a text is one of these secrets.
 *
 * Hashes are compared, each with each, so that the time tells neither the length of a secret nor where the first
 * difference stands nor which of several secrets it was. With no secret set nothing is right, least of all the empty text.
 */
export function isOneOf(text: string, secrets: readonly Secret[]): boolean {
  const asked = digest(text);
  let found = false;
  for (const secret of secrets) found = timingSafeEqual(asked, digest(secret.reveal())) || found;
  return found;
}

function digest(text: string): Buffer {
  return Buffer.from(hash("sha256", text, "hex"), "hex");
}

import type { Outcome } from "./receive.ts";

/** A request to a webhook's address: its headers and the bytes of its body, untouched. */
export interface RawDelivery {
  headers: Headers;
  body: Uint8Array;
}

/**
 * How the messages of one provider come in. Each step costs more than the one before, and only what has passed that one
 * takes it: anybody can send a million messages, but only the provider can sign one.
 */
export interface Entrance<Message> {
  /**
   * Looks at the headers, before the body is read.
   *
   * @throws AppError INVALID_SIGNATURE where they cannot be a signature
   */
  requireSignature: (headers: Headers) => void;
  /**
   * Checks the signature over the bytes and reads what was signed.
   *
   * @throws AppError INVALID_SIGNATURE; VALIDATION_FAILED for what is signed and no event; UNAVAILABLE where it cannot be told
   */
  verify: (delivery: RawDelivery) => Message | Promise<Message>;
  /**
   * Remembers the message and applies it.
   *
   * @returns `unusable` for what is signed and no event of ours, and would not be one the next time either
   */
  apply: (message: Message) => Promise<Outcome | "unusable">;
}

// Printed from the server's router by `npm run generate`. Changes here are lost.

import type { ErrorCode } from "./errors.ts";

export interface CallOptions {
  /** Aborts the call; it then rejects at once with an `AbortError`. */
  signal?: AbortSignal | undefined;
  /** How long this call may take, in place of what the client was made with. */
  timeoutSeconds?: number | undefined;
}

/** A procedure that reads. */
export interface Query<Input, Output, Code extends ErrorCode> {
  query(input: Input, options?: CallOptions): Promise<Output>;
  /** For the compiler only, never there at run time: see `ErrorsOf`. */
  readonly "~code"?: Code;
}

/** A procedure that changes something. */
export interface Mutation<Input, Output, Code extends ErrorCode> {
  mutate(input: Input, options?: CallOptions): Promise<Output>;
  /** For the compiler only, never there at run time: see `ErrorsOf`. */
  readonly "~code"?: Code;
}

/** Goes on with what a subscription tells, until it is ended. */
export interface Listener<Output> {
  onData: (data: Output) => void;
  /** The server refused, for good: the subscription has ended. A lost connection is none, and mends itself. */
  onError?: (error: unknown) => void;
  /** `open` while the server tells what happens; `connecting` before that, and between two tries. */
  onState?: (state: "connecting" | "open") => void;
  /** Where to go on, if this is not the first time: what `lastEventId()` said. */
  lastEventId?: string;
}

export interface Subscribed {
  /** Ends it. */
  unsubscribe(): void;
  /** Up to where everything was heard; undefined before the first event. */
  lastEventId(): string | undefined;
}

/** A procedure that goes on telling. It comes again by itself after a lost connection, and misses nothing. */
export interface Subscription<Input, Output, Code extends ErrorCode> {
  subscribe(input: Input, listener: Listener<Output>): Subscribed;
  /** For the compiler only, never there at run time: see `ErrorsOf`. */
  readonly "~code"?: Code;
}

/** What a procedure takes: `InputOf<typeof api.projects.create>`. */
export type InputOf<Procedure> = Procedure extends
  | Query<infer Input, unknown, ErrorCode>
  | Mutation<infer Input, unknown, ErrorCode>
  | Subscription<infer Input, unknown, ErrorCode>
  ? Input
  : never;

/** What a procedure answers: `OutputOf<typeof api.projects.create>`. */
export type OutputOf<Procedure> = Procedure extends
  | Query<never, infer Output, ErrorCode>
  | Mutation<never, infer Output, ErrorCode>
  | Subscription<never, infer Output, ErrorCode>
  ? Output
  : never;

/** The codes that a procedure can refuse with: `ErrorsOf<typeof api.projects.create>`. */
export type ErrorsOf<Procedure> = Procedure extends { readonly "~code"?: infer Code }
  ? Extract<Code, ErrorCode>
  : never;

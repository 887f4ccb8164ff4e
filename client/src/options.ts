/** The part of `fetch` that is used here, so that any stand-in will do. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** Asks whoever signs the user in for a token, e.g. `(options) => clerk.session?.getToken(options)`. */
export type GetToken = (options?: { skipCache?: boolean }) => TokenAnswer | Promise<TokenAnswer>;
type TokenAnswer = string | null | undefined;

export type HeaderFields = Readonly<Record<string, string>>;

export interface ConnectionOptions {
  /** Where the server stands, e.g. `https://api.example.com`; without `/trpc`. */
  url: string;
  /** Used in place of the global `fetch`. */
  fetch?: Fetch;
  /** Sent along with every request, whose credential has the last word. */
  headers?: HeaderFields | (() => HeaderFields | Promise<HeaderFields>);
  /** Told the id of each request that was answered; it stands in the server's log. */
  onRequestId?: (requestId: string) => void;
  /** How long a call may take in all, with whatever is sent again: 30 unless told otherwise; `Infinity` is no limit. */
  timeoutSeconds?: number;
  /**
   * How often a query is sent again after a lost connection, a 502 or 503, or a 429 (which says when): 2 unless told
   * otherwise. Mutations only if their input has an `idempotencyKey`.
   */
  retries?: number;
  /**
   * Hands each answer of a batch on as soon as it is there, instead of all with the slowest. It needs a `fetch` that
   * can stream, which React Native's cannot.
   */
  stream?: boolean;
}

export interface UserOptions extends ConnectionOptions {
  /**
   * Asked before each request, and once more with `skipCache` when the server says that the token has expired.
   * Null is for nobody signed in. Left out: every call is anonymous.
   */
  getToken?: GetToken;
  apiKey?: never;
  adminKey?: never;
}

export interface ApiKeyOptions extends ConnectionOptions {
  /** A key of one workspace (`gk_…`), which every call is about. Not for browsers: whoever sees it can use it. */
  apiKey: string;
  getToken?: never;
  adminKey?: never;
}

export interface AdminKeyOptions extends ConnectionOptions {
  /** The key of the installation. Not for browsers: whoever sees it can do everything. */
  adminKey: string;
  getToken?: never;
  apiKey?: never;
}

export type ClientOptions = UserOptions | ApiKeyOptions | AdminKeyOptions;

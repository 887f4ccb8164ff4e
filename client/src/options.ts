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

import { TRPCUntypedClient } from "@trpc/client";
import type { AnyRouter } from "@trpc/server";
import { authLink } from "./auth-link.ts";
import { batchLink } from "./batch-link.ts";
import { buildApi } from "./build-api.ts";
import type { AdminApi, Api, WorkspaceApi } from "./generated/api.ts";
import { PROCEDURES } from "./generated/procedures.ts";
import { CallersOwnError } from "./read-error.ts";
import { openTokens } from "./tokens.ts";
import type { GetToken } from "./tokens.ts";
import { openTransport } from "./transport.ts";
import type { Fetch } from "./transport.ts";

type HeaderFields = Readonly<Record<string, string>>;

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

/**
 * A client of one server. Calls of one moment go out together.
 *
 * @example
 * const api = createClient({ url: "https://api.example.com", getToken: (options) => clerk.session?.getToken(options) });
 * const project = await api.projects.create.mutate({ workspaceId, name: "Atlas" });
 */
export function createClient(options: UserOptions): Api;
/** A client for the workspace that an API key belongs to: no call names a workspace. */
export function createClient(options: ApiKeyOptions): WorkspaceApi;
/** A client for whoever runs the installation. */
export function createClient(options: AdminKeyOptions): AdminApi;
export function createClient(options: ClientOptions): Api | WorkspaceApi | AdminApi {
  const batches = batchLink({
    url: `${options.url.replace(/\/+$/, "")}/trpc`,
    fetch: openTransport({ fetch: options.fetch, onRequestId: options.onRequestId }),
    headers: (token) => headersOf(options, token),
  });
  const links =
    options.getToken === undefined ? [batches] : [authLink(openTokens(options.getToken)), batches];
  return buildApi(PROCEDURES, new TRPCUntypedClient<AnyRouter>({ links }));
}

async function headersOf(options: ClientOptions, token: string | undefined): Promise<Record<string, string>> {
  const own = new Headers(await ownHeaders(options));
  const bearer = options.apiKey ?? token;
  if (bearer !== undefined) own.set("authorization", `Bearer ${bearer}`);
  if (options.adminKey !== undefined) own.set("x-admin-key", options.adminKey);
  return Object.fromEntries(own);
}

async function ownHeaders({ headers = {} }: ClientOptions): Promise<HeaderFields> {
  if (typeof headers !== "function") return headers;
  try {
    return await headers();
  } catch (error) {
    throw new CallersOwnError(error);
  }
}

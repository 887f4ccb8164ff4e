import { TRPCUntypedClient } from "@trpc/client";
import type { AnyRouter } from "@trpc/server";
import { authLink } from "./auth-link.ts";
import { batchLink } from "./batch-link.ts";
import { buildApi } from "./build-api.ts";
import { setForget } from "./forget-token.ts";
import type { AdminApi, Api, WorkspaceApi } from "./generated/api.ts";
import { PROCEDURES } from "./generated/procedures.ts";
import type { AdminKeyOptions, ApiKeyOptions, ClientOptions, HeaderFields, UserOptions } from "./options.ts";
import { CallersOwnError } from "./read-error.ts";
import { retryLink } from "./retry-link.ts";
import { openTokens } from "./tokens.ts";
import { canStream, openTransport } from "./transport.ts";
import { openWatch } from "./watch.ts";

const TIMEOUT_SECONDS = 30;
const RETRIES = 2;

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
  const connection = {
    url: `${options.url.replace(/\/+$/, "")}/trpc`,
    fetch: openTransport({ fetch: options.fetch, onRequestId: options.onRequestId }),
    headers: (token: string | undefined) => headersOf(options, token),
  };
  const send = batchLink({ ...connection, stream: options.stream ?? false });
  const tokens = options.getToken === undefined ? null : openTokens(options.getToken);
  const authorize = tokens === null ? [] : [authLink(tokens)];
  // A call is sent again as the user who made it, whoever has signed in meanwhile. A token that has died is renewed.
  const links = [...authorize, retryLink(options.retries ?? RETRIES), send];
  const { timeoutSeconds = TIMEOUT_SECONDS } = options;
  const client = new TRPCUntypedClient<AnyRouter>({ links });
  const api = buildApi(PROCEDURES, {
    client,
    watch: openWatch({ ...connection, streams: canStream(options.fetch), tokens }),
    timeoutSeconds,
  });
  setForget(api, () => tokens?.forget());
  return api;
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

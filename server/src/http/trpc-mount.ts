import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import type { Services } from "../services.ts";
import { toAppError } from "../trpc/errors.ts";
import { logRefusal } from "./log-refusal.ts";
import type { Seen } from "./read-facts.ts";
import { LARGEST_BATCH, callHeaders, openCalls } from "./trpc-calls.ts";

/** `/trpc`: the official fetch adapter over the one router. */
export function mountTrpc(services: Services): (request: Request, seen: Seen) => Promise<Response> {
  return (request, seen) =>
    fetchRequestHandler({
      endpoint: "/trpc",
      req: request,
      router: services.router,
      maxBatchSize: LARGEST_BATCH,
      // A query whose input is too long for an address comes by POST. A mutation never comes by GET.
      allowMethodOverride: true,
      createContext: ({ info }) => {
        const paths = info.calls.map(({ path }) => path);
        return openCalls(paths, { headers: request.headers, seen }, services);
      },
      onError: ({ error, path }) =>
        logRefusal(services.log, toAppError(error), { path, requestId: seen.requestId }),
      responseMeta: ({ errors, ctx }) => ({ headers: new Headers(callHeaders(errors, ctx)) }),
    });
}

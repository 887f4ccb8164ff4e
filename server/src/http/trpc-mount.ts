import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { appRouter } from "../router.ts";
import type { Services } from "../services.ts";
import { openRequest } from "../trpc/context.ts";
import { toAppError } from "../trpc/errors.ts";
import { logRefusal } from "./log-refusal.ts";
import { readFacts } from "./read-facts.ts";
import type { Seen } from "./read-facts.ts";
import { rateLimitHeaders } from "./rate-limit-headers.ts";
import { refusalHeaders } from "./refuse.ts";

/** More calls than this in one batch are refused: each of them costs as much as a request. */
const LARGEST_BATCH = 10;

/** `/trpc`: the official fetch adapter over the one router. */
export function mountTrpc(services: Services): (request: Request, seen: Seen) => Promise<Response> {
  return (request, seen) =>
    fetchRequestHandler({
      endpoint: "/trpc",
      req: request,
      router: appRouter,
      maxBatchSize: LARGEST_BATCH,
      // A query whose input is too long for an address comes by POST. A mutation never comes by GET.
      allowMethodOverride: true,
      createContext: async ({ info }) => {
        const asked = { calls: info.calls.length, isForAdmins: info.calls.some(isForAdmins) };
        const context = openRequest(readFacts(request, seen, asked), services);
        // Counted before the first call, because a streamed answer sends its headers first. The calls themselves refuse.
        await context.rate.take().catch(() => undefined);
        return context;
      },
      onError: ({ error, path }) =>
        logRefusal(services.log, toAppError(error), { path, requestId: seen.requestId }),
      responseMeta: ({ errors, ctx }) => {
        const [first] = errors;
        return {
          headers: new Headers({
            ...Object.fromEntries(rateLimitHeaders(ctx?.rate.state ?? null)),
            ...(first === undefined ? {} : refusalHeaders(toAppError(first))),
          }),
        };
      },
    });
}

function isForAdmins({ path }: { path: string }): boolean {
  return path.startsWith("admin.");
}

import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { appRouter } from "../router.ts";
import type { Services } from "../services.ts";
import { openRequest } from "../trpc/context.ts";
import { toAppError } from "../trpc/errors.ts";
import { refusalHeaders } from "./refuse.ts";

/** More calls than this in one batch are refused: each of them costs as much as a request. */
const LARGEST_BATCH = 10;

/** `/trpc`: the official fetch adapter over the one router. */
export function mountTrpc(
  services: Services,
): (request: Request, seen: { requestId: string; address: string | null }) => Promise<Response> {
  const { log } = services;
  return (request, { requestId, address }) =>
    fetchRequestHandler({
      endpoint: "/trpc",
      req: request,
      router: appRouter,
      maxBatchSize: LARGEST_BATCH,
      createContext: () =>
        openRequest(
          {
            requestId,
            address,
            authorization: request.headers.get("authorization"),
            adminKey: request.headers.get("x-admin-key"),
          },
          services,
        ),
      onError: ({ error, path }) => {
        const refusal = toAppError(error);
        if (refusal.code === "INTERNAL")
          log.error({ err: error.cause ?? error, path, requestId }, "a call failed");
        else if (refusal.code === "UNAVAILABLE")
          log.warn({ err: error.cause ?? error, path, requestId }, "a call could not be served");
      },
      responseMeta: ({ errors }) => {
        const [first] = errors;
        return { headers: new Headers(first === undefined ? {} : refusalHeaders(toAppError(first))) };
      },
    });
}

import { AppError } from "../base/app-error.ts";
import { OtherMethod, openFacade } from "../rest/facade.ts";
import type { Facade } from "../rest/facade.ts";
import { findPlace, reword } from "../rest/prefixes.ts";
import type { Services } from "../services.ts";
import { openRequest } from "../trpc/context.ts";
import { logRefusal } from "./log-refusal.ts";
import { rateLimitHeaders } from "./rate-limit-headers.ts";
import { readFacts } from "./read-facts.ts";
import type { Seen } from "./read-facts.ts";
import { refuse, toRefusal } from "./refuse.ts";

/** `/api/v1` and the older paths: the procedures of the one router for callers without tRPC. */
export function mountRest(services: Services): (request: Request, seen: Seen) => Promise<Response> {
  let facade: Facade | undefined;
  return async (request, seen) => {
    const { requestId } = seen;
    const { pathname } = new URL(request.url);
    const place = findPlace(pathname);
    if (place === null) return refuse(new AppError("NOT_FOUND"), requestId);
    const context = openRequest(
      readFacts(request, seen, { calls: 1, isForAdmins: place.asks === "admin" }),
      services,
    );
    try {
      await context.rate.take();
      // Every schema is printed for it, which a start does not wait for.
      facade ??= openFacade(services.router);
      const answer = await facade.answer(request, place, context);
      for (const [name, value] of rateLimitHeaders(context.rate.state)) answer.headers.set(name, value);
      return answer;
    } catch (error) {
      const refusal = toRefusal(error);
      logRefusal(services.log, refusal, { path: pathname, requestId });
      const headers = {
        ...Object.fromEntries(rateLimitHeaders(context.rate.state)),
        ...(refusal instanceof OtherMethod ? { Allow: refusal.allowed.join(", ") } : {}),
      };
      return refuse(reword(refusal, place.wording), requestId, headers);
    }
  };
}

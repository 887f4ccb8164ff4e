import type { TRPCError } from "@trpc/server";
import type { Services } from "../services.ts";
import { openRequest } from "../trpc/context.ts";
import type { RequestContext } from "../trpc/context.ts";
import { toAppError } from "../trpc/errors.ts";
import { rateLimitHeaders } from "./rate-limit-headers.ts";
import { readFacts } from "./read-facts.ts";
import type { Seen } from "./read-facts.ts";
import { refusalHeaders } from "./refuse.ts";
import type { HeaderReader } from "./visit.ts";

// What both roads to the procedures do alike: tRPC's own adapter and the direct lane.

/** More calls than this in one batch are refused: each of them costs as much as a request. */
export const LARGEST_BATCH = 10;

/**
 * The context of these calls. They are counted before the first of them runs, because a streamed answer sends its headers
 * first. It is the calls themselves that refuse.
 *
 * @param paths of the procedures, one a call
 */
export async function openCalls(
  paths: readonly string[],
  request: { headers: HeaderReader; seen: Seen },
  services: Services,
): Promise<RequestContext> {
  const asked = { calls: paths.length, isForAdmins: paths.some((path) => path.startsWith("admin.")) };
  const context = openRequest(readFacts(request, request.seen, asked), services);
  await context.rate.take().catch(() => undefined);
  return context;
}

/** What the answer says in its headers of the caller's quota, and of the first of its refusals. */
export function callHeaders(
  [first]: readonly TRPCError[],
  context: RequestContext | undefined,
): [name: string, value: string][] {
  return [
    ...rateLimitHeaders(context?.rate.state ?? null),
    ...(first === undefined ? [] : Object.entries(refusalHeaders(toAppError(first)))),
  ];
}

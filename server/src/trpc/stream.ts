import type { WorkspaceEvent } from "@gatehouse/shared";
import { tracked } from "@trpc/server";
import type { TrackedEnvelope } from "@trpc/server";
import { quotaOf } from "../access/rate-limit.ts";
import type { RequestContext } from "./context.ts";

/**
 * Gives each event of a stream its id, by which the reader goes on later, and ends the stream when its reader leaves or
 * the server stops. It is cut off then and not finished, so that the reader comes again.
 */
export async function* stream(
  { services, asker }: RequestContext,
  signal: AbortSignal | undefined,
  watch: (over: AbortSignal) => AsyncIterable<{ id: string; event: WorkspaceEvent }>,
): AsyncGenerator<TrackedEnvelope<WorkspaceEvent>, void> {
  const { signal: stopping } = services.lifecycle.streams;
  const over = signal === undefined ? stopping : AbortSignal.any([signal, stopping]);
  const quota = quotaOf(await asker.principal(), null, services.rateLimits);
  const leave = services.streamPlaces.take(quota?.counted ?? "");
  try {
    for await (const { id, event } of watch(over)) yield tracked(id, event);
  } finally {
    leave();
  }
  // By this name tRPC knows that it has nothing more to say.
  if (stopping.aborted) throw new DOMException("the server stops", "AbortError");
}

import type { Services } from "../services.ts";
import type { Visit } from "./visit.ts";

/** One line a request, of the successful ones for a part. No query, where inputs and by mistake tokens stand, and no header. */
export async function logRequest<Answer extends { status: number }>(
  { requestId, method, path }: Visit,
  { log, isInSample }: Pick<Services, "log" | "isInSample">,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const started = performance.now();
  const answer = await work();
  const { status } = answer;
  const ms = Math.round((performance.now() - started) * 10) / 10;
  const line = { requestId, method, path, status, ms };
  if (status >= 500) log.error(line, "request");
  else if (status >= 400 || isInSample()) log.info(line, "request");
  return answer;
}

import type { Traces } from "../providers/traces.ts";
import type { Visit } from "./visit.ts";

/** The span of a request. Its path without the query, where inputs stand, and no header. */
export function traceRequest<Answer extends { status: number }>(
  { method, path, headers, requestId }: Visit,
  traces: Traces | null,
  work: () => Promise<Answer>,
): Promise<Answer> {
  if (traces === null) return work();
  return traces.request(method, headers, async (stretch) => {
    const answer = await work();
    const { status } = answer;
    stretch.note({
      "http.request.method": method,
      "url.path": path,
      "http.response.status_code": status,
      "gatehouse.request_id": requestId,
    });
    if (status >= 500) stretch.fail();
    return answer;
  });
}

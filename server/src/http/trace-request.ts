import type { Context } from "hono";
import type { Traces } from "../providers/traces.ts";
import type { Door } from "./door.ts";

/** The span of a request. Its path without the query, where inputs stand, and no header. */
export async function traceRequest(
  c: Context<Door>,
  work: () => Promise<void>,
  traces: Traces | null,
): Promise<void> {
  if (traces === null) return work();
  await traces.request(c.req.method, c.req.raw.headers, async (stretch) => {
    await work();
    const { status } = c.res;
    stretch.note({
      "http.request.method": c.req.method,
      "url.path": c.req.path,
      "http.response.status_code": status,
      "gatehouse.request_id": c.get("requestId"),
    });
    if (status >= 500) stretch.fail();
  });
}

import type { Services } from "../services.ts";
import { receiveClerkEvent } from "../webhooks/clerk.ts";

/** `/webhooks/clerk`: plain HTTP, the raw bytes of the body and the headers of Svix. */
export function mountWebhooks(services: Services): (request: Request) => Promise<Response> {
  return async (request) => {
    // The bytes as they came: a signature is over them, and any parsing and writing again would change them.
    const body = new Uint8Array(await request.arrayBuffer());
    const outcome = await receiveClerkEvent({ headers: request.headers, body }, services);
    return Response.json({ received: true, outcome });
  };
}

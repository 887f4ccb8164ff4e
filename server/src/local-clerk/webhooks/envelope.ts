import type { Instance } from "../instance.ts";

/**
 * The body of one webhook. The space after the first colon is deliberate: signatures are over raw bytes, and a
 * receiver that parses and serialises again before verifying fails here instead of in production.
 */
export function envelope(
  instance: Instance,
  event: { type: string; data: unknown; timestamp?: number },
): string {
  const body = JSON.stringify({
    data: event.data,
    // Empty for what the Backend API causes, and there is nothing worth telling about a loopback browser.
    event_attributes: { http_request: { client_ip: "", user_agent: "" } },
    instance_id: instance.id,
    object: "event",
    timestamp: event.timestamp ?? instance.now(),
    type: event.type,
  });
  return body.replace('{"data":', '{"data": ');
}

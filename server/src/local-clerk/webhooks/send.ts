import { Webhook } from "svix";
import type { Message } from "./outbox.ts";
import type { Settings } from "../settings.ts";

export interface Endpoint {
  url: string;
  secret: string;
  /** Only these types; all when absent. */
  events?: readonly string[];
}

export type Outcome =
  { kind: "taken" } | { kind: "retry"; why: string } | { kind: "abort" } | { kind: "disable" };

/** Svix waits this long for an answer. */
const ANSWER_WITHIN_MS = 15_000;

interface Sending {
  message: Message;
  endpoint: Endpoint;
  settings: Settings;
  signal: AbortSignal;
}

/**
 * One attempt, signed afresh. The timestamp is the real time whatever the clock control says: receivers verify it
 * with libraries that ask the machine's own clock.
 */
export async function send({ message, endpoint, settings, signal }: Sending): Promise<Outcome> {
  const at = new Date(Date.now() + settings.skewSeconds * 1000);
  const secrets = [endpoint.secret, ...(settings.oldSecret === null ? [] : [settings.oldSecret])];
  const signatures = secrets.map((secret) => new Webhook(secret).sign(message.id, at, message.body));
  try {
    const answer = await fetch(endpoint.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "Svix-Webhooks/1.0 (local-clerk)",
        "svix-id": message.id,
        "svix-timestamp": String(Math.floor(at.getTime() / 1000)),
        "svix-signature": signatures.join(" "),
      },
      body: message.body,
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    });
    await answer.body?.cancel();
    return outcome(answer);
  } catch (error) {
    return { kind: "retry", why: error instanceof Error ? error.message : "no answer" };
  }
}

function outcome(answer: Response): Outcome {
  const wish = answer.headers.get("webhook-delivery");
  if (wish === "disable") return { kind: "disable" };
  if (wish === "abort-message") return { kind: "abort" };
  return answer.ok ? { kind: "taken" } : { kind: "retry", why: `status ${answer.status}` };
}

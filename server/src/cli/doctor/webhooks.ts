import { randomUUID } from "node:crypto";
import { Webhook } from "svix";
import type { Secret } from "../../base/secret.ts";
import type { ClerkInstance } from "../clerk-instance.ts";
import { about } from "./finding.ts";
import type { Finding } from "./finding.ts";
import type { FoundServer } from "./server.ts";

const webhooks = about("webhooks");
const PATIENCE_MS = 5_000;

/**
 * Signs a message to ourselves with each secret, as Clerk does. A running server must take it: its type means
 * nothing, so it changes nothing and leaves one row among the webhooks.
 */
export function checkWebhooks({ settings }: ClerkInstance, server: FoundServer | null): Promise<Finding[]> {
  const several = settings.webhookSecrets.length > 1;
  return Promise.all(
    settings.webhookSecrets.map((secret, index) => {
      const name = several ? `webhook secret ${index + 1}` : "the webhook secret";
      return server === null ? checkHere(secret, name) : checkThere(secret, name, server.url);
    }),
  );
}

interface Signed {
  body: string;
  headers: Record<string, string>;
}

function sign(secret: Secret): Signed {
  const at = new Date();
  const id = `msg_doctor_${randomUUID()}`;
  const body = JSON.stringify({ object: "event", type: "doctor.checked", data: {}, timestamp: at.getTime() });
  const signature = new Webhook(secret.reveal()).sign(id, at, body);
  const stamp = String(Math.floor(at.getTime() / 1_000));
  return { body, headers: { "svix-id": id, "svix-timestamp": stamp, "svix-signature": signature } };
}

async function checkHere(secret: Secret, name: string): Promise<Finding> {
  try {
    const { body, headers } = sign(secret);
    new Webhook(secret.reveal()).verify(body, headers);
    return webhooks.ok(`${name} signs and verifies; no server runs that could be asked`);
  } catch {
    return webhooks.broken(`${name} is not usable. Copy it again from Clerk's dashboard (whsec_…).`);
  }
}

async function checkThere(secret: Secret, name: string, url: string): Promise<Finding> {
  const { body, headers } = sign(secret);
  try {
    const answer = await fetch(`${url}/webhooks/clerk`, {
      method: "POST",
      body,
      headers: { ...headers, "content-type": "application/json" },
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.ok) return webhooks.ok(`the server takes what is signed with ${name}`);
    if (answer.status === 400)
      return webhooks.broken(`the server does not know ${name}. It runs with other settings: restart it.`);
    return webhooks.broken(`the server answered ${answer.status} to a signed message. Its log says why.`);
  } catch {
    return webhooks.broken("the server did not answer a signed message.");
  }
}

import { randomUUID } from "node:crypto";
import { Webhook } from "svix";
import { testServer } from "../support/server.ts";
import type { TestServer } from "../support/server.ts";

export interface Sent {
  id?: string;
  at?: Date;
  secret?: string;
  body?: string;
  headers?: Record<string, string>;
  /** Another server than the one of the test file. */
  server?: Pick<TestServer, "url" | "running">;
}

/** Delivers bytes as Svix does. */
export async function deliver(
  body: string,
  {
    id = `msg_${randomUUID()}`,
    at = new Date(),
    secret,
    body: sentBody = body,
    headers = {},
    server,
  }: Sent = {},
): Promise<Response> {
  const { url, running } = server ?? (await testServer());
  const signer = new Webhook(secret ?? running.services.clerk.webhookSecrets[0]!.reveal());
  const signature = signer.sign(id, at, body);
  const stamp = String(Math.floor(at.getTime() / 1_000));
  return fetch(`${url}/webhooks/clerk`, {
    method: "POST",
    body: sentBody,
    headers: {
      "content-type": "application/json",
      "svix-id": id,
      "svix-timestamp": stamp,
      "svix-signature": signature,
      ...headers,
    },
  });
}

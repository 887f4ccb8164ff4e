import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { createClerkClient } from "@clerk/backend";
import { verifyWebhook } from "@clerk/backend/webhooks";
import { onTestFinished } from "vitest";
import { openControls } from "../../server/src/local-clerk/controls.ts";
import { openLocalClerk } from "../../server/src/local-clerk/open.ts";
import type { Controls } from "../../server/src/local-clerk/controls.ts";
import type { LocalClerk, LocalClerkOptions } from "../../server/src/local-clerk/open.ts";

export interface World {
  local: LocalClerk;
  controls: Controls;
  /** The real SDK, pointed at the local instance. */
  clerk: ReturnType<typeof createClerkClient>;
}

/** A local instance of its own for one test, closed at its end. */
export async function openWorld(options: Partial<LocalClerkOptions> = {}): Promise<World> {
  const local = await openLocalClerk({ port: 0, retryFactor: 0, ...options });
  onTestFinished(() => local.close());
  return { local, controls: openControls(local), clerk: clerkFor(local) };
}

export function clerkFor(local: LocalClerk, secretKey = local.secretKey): World["clerk"] {
  const { url: apiUrl, publishableKey } = local;
  return createClerkClient({ secretKey, apiUrl, publishableKey, telemetry: { disabled: true } });
}

export interface Delivered {
  headers: IncomingHttpHeaders;
  id: string;
  body: string;
  event: { type: string; data: Record<string, unknown>; timestamp: number; instance_id: string };
}

export interface Receiver {
  url: string;
  /** What arrived, in order, also what was refused. */
  received: Delivered[];
  types(): string[];
  /** Status and headers of the answers to come, one each; then 200. */
  answers: { status: number; headers?: Record<string, string> }[];
  close(): Promise<void>;
}

/** A webhook receiver, registered with the local instance. */
export async function openReceiver(world: World, events?: string[]): Promise<Receiver> {
  const received: Delivered[] = [];
  const answers: Receiver["answers"] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const id = String(request.headers["svix-id"]);
      received.push({ headers: request.headers, id, body, event: JSON.parse(body) });
      const answer = answers.shift() ?? { status: 200 };
      response.writeHead(answer.status, answer.headers).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}/webhooks`;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  world.local.addWebhookEndpoint(url, events === undefined ? {} : { events });
  return { url, received, answers, close, types: () => received.map(({ event }) => event.type) };
}

/** What a backend does with a delivery, by the real SDK. */
export function verified(delivered: Delivered, secret: string): ReturnType<typeof verifyWebhook> {
  const headers = Object.entries(delivered.headers).filter(([name]) => name.startsWith("svix-"));
  const request = new Request("http://127.0.0.1/webhooks", {
    method: "POST",
    headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
    body: delivered.body,
  });
  return verifyWebhook(request, { signingSecret: secret });
}

/** The claims of a token, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());
}

export function headerOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString());
}

/** The body of an answer, of the shape that the test expects. */
export async function bodyOf<T>(answer: Response | Promise<Response>): Promise<T> {
  return JSON.parse(await (await answer).text());
}

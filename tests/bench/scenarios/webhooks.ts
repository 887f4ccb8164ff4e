import { randomUUID } from "node:crypto";
import { Webhook } from "svix";
import { grown } from "../../support/grow-tables.ts";
import { request } from "../load/requests.ts";
import { measure } from "../measure.ts";
import type { Lane } from "../measure.ts";
import { laneTable } from "../report.ts";
import type { Stage } from "../stage/stage.ts";
import type { Scenario } from "./scenario.ts";

export const webhooks: Scenario = {
  name: "webhook",
  about:
    "A signed `user.updated` of Clerk, another one each time: ours notes the event and applies it in one transaction, the textbook writes the user.",
  run: async (stage, pace) => {
    const count = pace.isQuick ? 500 : 2_000;
    const user: unknown = await stage.clerk.createUser({ email: "webhook@example.com", firstName: "Wendy" });
    const signed = (): string[] => signEvents(stage, user as Record<string, unknown>, count);
    const lanes: Lane[] = [];
    for (const name of ["gatehouse", "textbook"] as const)
      lanes.push({ name, server: await stage.server(name), once: true, requests: signed });
    return { ...laneTable(await measure(stage, lanes, pace), "textbook"), goals: [] };
  },
};

let moment = Date.now();

/** Each tells something newer of another user. */
function signEvents(stage: Stage, user: Record<string, unknown>, count: number): string[] {
  const webhook = new Webhook(stage.webhookSecret);
  return Array.from({ length: count }, (_, index) => {
    moment += 1;
    const data = { ...user, id: grown.clerkId(index + 1), updated_at: moment };
    const body = JSON.stringify({ type: "user.updated", object: "event", timestamp: moment, data });
    const id = `msg_${randomUUID()}`;
    const at = new Date();
    return request(
      "POST",
      "/webhooks/clerk",
      {
        "svix-id": id,
        "svix-timestamp": String(Math.floor(at.getTime() / 1_000)),
        "svix-signature": webhook.sign(id, at, body),
      },
      body,
    );
  });
}

import { createGatehouse, readEnvironment } from "@gatehouse/server";
import { tickets } from "./tickets/feature.js";

export const helpdesk = createGatehouse({
  config: { MAIL_FROM: "Help desk <desk@example.com>", ...readEnvironment() },
  features: [tickets],
  plans: [{ id: "ten", name: "Ten tickets", credits: 10, price: { amount: 500, currency: "eur" } }],
  roles: { "apiKeys:manage": "member", "workflows:execute": "admin" },
  on: {
    async userCreated({ user }, { db }) {
      await db.$executeRaw`INSERT INTO greetings (clerk_id) VALUES (${user.clerkId}) ON CONFLICT DO NOTHING`;
    },
  },
});

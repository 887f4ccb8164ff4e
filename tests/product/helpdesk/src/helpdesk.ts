import { createGatehouse } from "@gatehouse/server";
import { tickets } from "./tickets/feature.js";

export const helpdesk = createGatehouse({
  features: [tickets],
  plans: [{ id: "ten", name: "Ten tickets", credits: 10, price: { amount: 500, currency: "eur" } }],
  on: {
    async userCreated({ user }, { db }) {
      await db.$executeRaw`INSERT INTO greetings (clerk_id) VALUES (${user.clerkId}) ON CONFLICT DO NOTHING`;
    },
  },
});

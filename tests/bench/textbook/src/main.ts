import { clerkMiddleware } from "@clerk/express";
import { verifyWebhook } from "@clerk/express/webhooks";
import * as trpcExpress from "@trpc/server/adapters/express";
import express from "express";
import { appRouter } from "./router.js";
import { createContext, prisma } from "./trpc.js";

const app = express();

app.post("/webhooks/clerk", express.raw({ type: "application/json" }), async (request, response) => {
  try {
    const event = await verifyWebhook(request);
    if (event.type === "user.created" || event.type === "user.updated") {
      const { id, first_name: name, image_url: imageUrl, email_addresses: addresses } = event.data;
      const email = addresses[0]?.email_address ?? null;
      const row = { email, name, imageUrl };
      await prisma.user.upsert({ where: { clerkId: id }, create: { clerkId: id, ...row }, update: row });
    }
    response.status(200).send("received");
  } catch {
    response.status(400).send("not verified");
  }
});

app.use(clerkMiddleware());
app.use("/trpc", trpcExpress.createExpressMiddleware({ router: appRouter, createContext }));

app.listen(Number(process.env["PORT"]), "127.0.0.1");

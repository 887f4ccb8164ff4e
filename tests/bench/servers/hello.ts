import { initTRPC } from "@trpc/server";
import { createHTTPServer } from "@trpc/server/adapters/standalone";

/** tRPC with its own adapter for Node and nothing else: no credential, no database. */
const t = initTRPC.create();
const router = t.router({ hello: t.procedure.query(() => ({ text: "hello" })) });

createHTTPServer({ router }).listen(Number(process.env["PORT"]), "127.0.0.1");

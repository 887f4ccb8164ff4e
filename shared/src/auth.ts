import { z } from "zod";
import { Instant } from "./fields.ts";
import { Tier } from "./tiers.ts";

/** Who the server takes the caller for, and why it refuses him if it does. */
export const Whoami = z
  .object({
    kind: z
      .enum(["anonymous", "rejected", "user", "organization", "apiKey", "machine"])
      .describe("`rejected`: a credential was sent and opens nothing; `code` and `reason` say why"),
    subject: z
      .string()
      .nullable()
      .describe("the Clerk user id, the API key's id (`organization`: Clerk's id of it) or the machine's id"),
    via: z
      .enum(["session", "template", "oauth", "clerkApiKey"])
      .nullable()
      .describe("how a user, or the key of an organization, proved who he is"),
    sessionId: z.string().nullable(),
    organizationId: z
      .string()
      .nullable()
      .describe("the active organization of the token, or the one that the key belongs to, by its Clerk id"),
    actor: z.string().nullable().describe("the Clerk user id of the person who impersonates the user"),
    clientId: z.string().nullable().describe("the OAuth client that acts for the user"),
    expiresAt: Instant.nullable(),
    scopes: z.array(z.string()).nullable().describe("null: not limited by scopes"),
    tier: Tier.nullable(),
    code: z
      .string()
      .nullable()
      .describe("for a rejected credential the code that other procedures would answer"),
    reason: z.string().nullable().describe("for a rejected Clerk token what precisely is wrong with it"),
  })
  .meta({ id: "Whoami" });
export type Whoami = z.infer<typeof Whoami>;

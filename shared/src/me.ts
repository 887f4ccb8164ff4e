import { z } from "zod";
import { Id, Instant } from "./fields.ts";

/** The caller, as this server knows him. */
export const Me = z
  .object({
    id: Id,
    number: z.int().describe("a short number for support and for callers that cannot hold a UUID"),
    clerkId: z.string(),
    email: z.string().nullable().describe("the primary e-mail address at Clerk; null where there is none"),
    name: z.string().nullable(),
    imageUrl: z.string().nullable(),
    hasProductAccess: z.boolean().describe("whether an access code has been redeemed"),
    role: z.enum(["user", "admin"]).describe('`admin` when the Clerk public metadata says `role: "admin"`'),
    createdAt: Instant,
  })
  .meta({ id: "Me" });
export type Me = z.infer<typeof Me>;

import { z } from "zod";
import { Id, Instant } from "./fields.ts";
import { MetadataChange } from "./users.ts";

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

export const UpdateOwnMetadata = z.strictObject({ unsafeMetadata: MetadataChange });
export type UpdateOwnMetadata = z.infer<typeof UpdateOwnMetadata>;

/** What the caller keeps about himself at Clerk. He can write anything into it, so it decides nothing. */
export const OwnMetadata = z
  .object({ unsafeMetadata: z.record(z.string(), z.unknown()) })
  .meta({ id: "OwnMetadata" });
export type OwnMetadata = z.infer<typeof OwnMetadata>;

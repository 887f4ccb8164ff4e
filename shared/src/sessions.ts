import { z } from "zod";
import { Instant } from "./fields.ts";
import { pageInput, pageOf } from "./paging.ts";

/** One sign-in of the caller, as Clerk knows it. */
export const Session = z
  .object({
    id: z.string().describe("Clerk's id, `sess_…`"),
    status: z
      .string()
      .describe(
        "Clerk's word: `active` and `pending` are open, `revoked`, `ended`, `expired` and others are closed",
      ),
    isCurrent: z.boolean().describe("whether this call was made with it"),
    browser: z.string().nullable(),
    device: z.string().nullable(),
    city: z.string().nullable(),
    country: z.string().nullable(),
    lastActiveAt: Instant,
    expiresAt: Instant,
    createdAt: Instant,
  })
  .meta({ id: "Session" });
export type Session = z.infer<typeof Session>;

export const SessionPage = pageOf(Session).meta({ id: "SessionPage" });

export const ListSessions = z.strictObject({
  ...pageInput,
  status: z
    .enum(["active", "pending"])
    .exactOptional()
    .describe("only sessions in this state; all of them where it is left out"),
});
export type ListSessions = z.infer<typeof ListSessions>;

/** Closes one session, or all but the one that the call was made with. */
export const RevokeSessions = z
  .strictObject({
    sessionId: z
      .string()
      .regex(/^sess_\w{1,100}$/)
      .exactOptional(),
    allOthers: z.literal(true).exactOptional(),
  })
  .refine(
    ({ sessionId, allOthers }) => (sessionId === undefined) !== (allOthers === undefined),
    "Name either sessionId or allOthers",
  )
  .meta({ examples: [{ allOthers: true }] });
export type RevokeSessions = z.infer<typeof RevokeSessions>;

export const RevokedSessions = z
  .object({ sessionIds: z.array(z.string()).describe("those that were open and are closed now") })
  .meta({ id: "RevokedSessions" });
export type RevokedSessions = z.infer<typeof RevokedSessions>;

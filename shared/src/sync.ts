import { z } from "zod";

export const ReconcileWithClerk = z.strictObject({
  dryRun: z.boolean().describe("say what is different, and change nothing"),
});
export type ReconcileWithClerk = z.infer<typeof ReconcileWithClerk>;

const clerkIds = (what: string) => z.array(z.string()).describe(what);

/** What Clerk and this installation disagreed about, by Clerk's ids: user_…, org_…, orgmem_… */
export const ClerkDifferences = z
  .object({
    missing: clerkIds("at Clerk and not here"),
    changed: clerkIds("here with another content than at Clerk"),
    extra: clerkIds("here and not at Clerk any more"),
  })
  .meta({ id: "ClerkDifferences" });
export type ClerkDifferences = z.infer<typeof ClerkDifferences>;

import { hash } from "node:crypto";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { requireRate } from "../../access/rate-limit.ts";
import type { Services } from "../../services.ts";

/** What inviting is counted with. */
export type LetterCounter = Pick<Services, "rateLimits">;

/**
 * Counts a letter before it is sent, by us or by Clerk: whoever may invite could otherwise fill somebody's mailbox in our
 * name. The workspace comes first, so that one which has written enough takes nothing from the address.
 *
 * @throws AppError RATE_LIMITED
 */
export async function requireLetter(
  { workspace, services }: WorkspaceContext & { services: LetterCounter },
  email: string,
): Promise<void> {
  const { rateLimits } = services;
  const { policies } = rateLimits;
  const from = { policy: policies.ofDay("invitationsFrom"), counted: workspace.id };
  requireRate(await rateLimits.consume(from, 1), "This workspace has sent too many invitations today.");
  // The counters may stand in a shared store, which needs no list of addresses.
  const to = {
    policy: policies.ofDay("invitationsTo"),
    counted: hash("sha256", email.toLowerCase(), "base64url"),
  };
  requireRate(await rateLimits.consume(to, 1), "This address has been sent too many invitations today.");
}

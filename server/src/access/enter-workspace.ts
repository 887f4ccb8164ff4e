import { enterAsKey } from "./enter-as-key.ts";
import { enterAsMachine } from "./enter-as-machine.ts";
import { enterAsMember } from "./enter-as-member.ts";
import { enterAsOrganization } from "./enter-as-organization.ts";
import type { Entered, Entry } from "./entry.ts";

/**
 * Lets somebody into a workspace: a member whose role holds the permission, a key that has the scope, a machine that
 * was made a member, or the key of the organization that the workspace mirrors.
 *
 * A workspace that does not exist, one that is closed and one that the caller is not in are refused alike, so that
 * nobody can find out which ids exist.
 *
 * @throws AppError FORBIDDEN, SCOPE_NOT_HELD, VALIDATION_FAILED for a workspace that is not named, and what
 * `enterUser` throws
 */
export async function enterWorkspace(entry: Entry): Promise<Entered> {
  const { principal } = entry;
  switch (principal.kind) {
    case "user":
      return enterAsMember(principal, entry);
    case "apiKey":
      return enterAsKey(principal, entry);
    case "organization":
      return enterAsOrganization(principal, entry);
    case "machine":
      return enterAsMachine(principal, entry);
  }
}

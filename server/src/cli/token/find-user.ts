import type { User } from "@clerk/backend";
import { findByEmail } from "../clerk-instance.ts";
import type { ClerkInstance } from "../clerk-instance.ts";

/** Who signs in on a developer's own machine where nobody is named. */
const LOCAL_USER = "ada@example.com";

/**
 * The user to mint for: the one that was named, else the service user of the settings.
 *
 * @throws Error saying how to name one, or that there is none by this name
 */
export async function findTokenUser(instance: ClerkInstance, named: string | undefined): Promise<User> {
  const { clerk, isLocal } = instance;
  const who = named ?? serviceUser(instance) ?? (isLocal ? LOCAL_USER : null);
  if (who === null)
    throw new Error("Name a user with --user, or set CLERK_SERVICE_USER_ID or CLERK_SERVICE_USER_EMAIL.");
  if (who.startsWith("user_")) return clerk.users.getUser(who);
  const known = await findByEmail(clerk, who);
  if (known !== null) return known;
  // On a developer's own machine whoever is named signs up.
  if (isLocal) return clerk.users.createUser({ emailAddress: [who], skipPasswordRequirement: true });
  throw new Error("The Clerk instance has no user with this address as his primary, verified one.");
}

function serviceUser({ settings }: ClerkInstance): string | null {
  if (settings.serviceUser === null) return null;
  return "id" in settings.serviceUser ? settings.serviceUser.id : settings.serviceUser.email;
}

import type { ClerkClient, User } from "@clerk/backend";
import { parseArgs } from "node:util";
import { readConfig, readEnvironment } from "../base/config.ts";
import { findByEmail, findInstance } from "./clerk-instance.ts";
import type { ClerkInstance } from "./clerk-instance.ts";
import { runCommand } from "./run-command.ts";

const USAGE = "npm run -s token -- --user <e-mail or user_…> [--ttl <seconds>]";
const LOCAL_USER = "ada@example.com";

/** `npm run token`: a fresh session token, alone on standard output, for use in a shell. */
await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: { user: { type: "string" }, ttl: { type: "string", default: "3600" } },
  });
  const ttlSeconds = Number(values.ttl);
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 30) throw new Error("--ttl is at least 30 seconds.");

  const config = readConfig(readEnvironment());
  const instance = await findInstance(config);
  const user = await findUser(
    instance,
    values.user ?? serviceUserOf(config) ?? (instance.isLocal ? LOCAL_USER : null),
  );
  const jwt = await mint(instance.clerk, user.id, ttlSeconds);
  process.stderr.write(
    `A token of ${user.primaryEmailAddress?.emailAddress ?? user.id}, good for ${ttlSeconds} s.\n`,
  );
  process.stdout.write(`${jwt}\n`);
});

function serviceUserOf({ identity }: ReturnType<typeof readConfig>): string | null {
  if (identity.kind === "local" || identity.serviceUser === null) return null;
  return "id" in identity.serviceUser ? identity.serviceUser.id : identity.serviceUser.email;
}

async function findUser({ clerk, isLocal }: ClerkInstance, who: string | null): Promise<User> {
  if (who === null) throw new Error("Name a user with --user, or set CLERK_SERVICE_USER_ID.");
  if (who.startsWith("user_")) return clerk.users.getUser(who);
  const known = await findByEmail(clerk, who);
  if (known !== null) return known;
  // On a developer's own machine whoever is named signs up.
  if (isLocal) return clerk.users.createUser({ emailAddress: [who], skipPasswordRequirement: true });
  throw new Error("The Clerk instance has no user with this primary e-mail address.");
}

async function mint(clerk: ClerkClient, userId: string, ttlSeconds: number): Promise<string> {
  const { data: sessions } = await clerk.sessions.getSessionList({ userId, status: "active" });
  const session = sessions[0] ?? (await clerk.sessions.createSession({ userId }));
  const { jwt } = await clerk.sessions.getToken(session.id, "", ttlSeconds);
  return jwt;
}

import { parseArgs } from "node:util";
import { readConfig } from "../../base/config.ts";
import { mintToken } from "../../providers/mint-token.ts";
import { findInstance } from "../clerk-instance.ts";
import type { Command } from "../run-command.ts";
import { checkToken } from "./check-token.ts";
import { copyToClipboard } from "./copy.ts";
import { findTokenUser } from "./find-user.ts";
import { openSession } from "./open-session.ts";

/** Clerk's own bounds. */
const SHORTEST_TTL = 30;
const LONGEST_TTL = 315_360_000;

/**
 * A fresh session token, alone on standard output, so that a shell can put it into a command.
 * Everything else is said on standard error.
 */
export const token: Command = {
  does: "mints a session token of the service user, or of somebody else",
  usage: "token [--user <e-mail or user_…>] [--ttl <seconds, 3600>] [--template <name of a JWT template>]",
  run: async ({ words, env, print, say, isScreen }) => {
    const { user: named, ttlSeconds, template } = readWishes(words);
    const instance = await findInstance(readConfig(env));
    const user = await findTokenUser(instance, named);
    const sessionId = await openSession(instance, user.id, ttlSeconds);
    const wishes = { sessionId, ttlSeconds, ...(template === undefined ? {} : { template }) };
    const jwt = await mintToken(instance.clerk, wishes);
    const { expiresAt, refusal } = await checkToken(jwt, instance, user);

    const name = user.primaryEmailAddress?.emailAddress ?? user.id;
    say(`A token of ${name}, good until ${expiresAt.toISOString()}.`);
    if (refusal !== null) say(`This server would refuse it: ${refusal}.`);
    print(jwt);
    // In a pipe or a $(…) it is where it is wanted, and what the person has in his clipboard stays there.
    if (isScreen && (await copyToClipboard(jwt))) say("It is in the clipboard.");
    return 0;
  },
};

interface Wishes {
  user: string | undefined;
  ttlSeconds: number;
  template: string | undefined;
}

function readWishes(words: readonly string[]): Wishes {
  const { values } = parseArgs({
    args: [...words],
    options: {
      user: { type: "string" },
      ttl: { type: "string", default: "3600" },
      template: { type: "string" },
    },
  });
  const { user, ttl, template } = values;
  const ttlSeconds = /^\d{1,9}$/.test(ttl) ? Number(ttl) : Number.NaN;
  if (!(ttlSeconds >= SHORTEST_TTL && ttlSeconds <= LONGEST_TTL))
    throw new Error(`--ttl is a whole number of seconds from ${SHORTEST_TTL} to ${LONGEST_TTL}.`);
  return { user, ttlSeconds, template };
}

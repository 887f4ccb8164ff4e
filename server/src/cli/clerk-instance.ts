import { createClerkClient } from "@clerk/backend";
import type { ClerkClient, User } from "@clerk/backend";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Config } from "../base/config.ts";

/** The Clerk instance that the commands speak to: the configured one, or the local provider of a running server. */
export interface ClerkInstance {
  clerk: ClerkClient;
  isLocal: boolean;
}

const KeptByLocalProvider = z.object({ secretKey: z.string() });

/** @throws Error saying what to do where no server has run here yet */
export async function findInstance({ identity }: Config): Promise<ClerkInstance> {
  const telemetry = { disabled: true };
  if (identity.kind === "clerk") {
    const clerk = createClerkClient({
      secretKey: identity.secretKey.reveal(),
      apiUrl: identity.apiUrl,
      telemetry,
    });
    return { clerk, isLocal: false };
  }
  const kept = await readFile(join(identity.folder, "identity.json"), "utf8").catch(() => null);
  if (kept === null)
    throw new Error("The local identity provider has not run here yet. Start the server first: npm start");
  const { secretKey } = KeptByLocalProvider.parse(JSON.parse(kept));
  const clerk = createClerkClient({
    secretKey,
    apiUrl: `http://127.0.0.1:${identity.port}`,
    telemetry,
  });
  return { clerk, isLocal: true };
}

/** The one user whose primary address this is; null where there is none. */
export async function findByEmail(clerk: ClerkClient, email: string): Promise<User | null> {
  const { data } = await clerk.users.getUserList({ emailAddress: [email], limit: 10 });
  const wanted = email.toLowerCase();
  return data.find((each) => each.primaryEmailAddress?.emailAddress.toLowerCase() === wanted) ?? null;
}

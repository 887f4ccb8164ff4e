import { createClerkClient } from "@clerk/backend";
import type { ClerkClient, User } from "@clerk/backend";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { ClerkSettings, IdentityConfig } from "../base/config-identity.ts";
import type { Config } from "../base/config.ts";
import { Secret } from "../base/secret.ts";
import { LOCAL_ISSUER } from "../local-clerk/open.ts";

/** The Clerk instance that the commands speak to: the configured one, or the local provider of a running server. */
export interface ClerkInstance {
  clerk: ClerkClient;
  settings: ClerkSettings;
  /** Base of the Frontend API. The local provider does not stand where its `iss` says. */
  frontendUrl: string;
  isLocal: boolean;
}

/** @throws Error saying what to do where no server runs with the local provider */
export async function findInstance({ identity }: Config): Promise<ClerkInstance> {
  const isLocal = identity.kind === "local";
  const settings = isLocal ? await localSettings(identity) : identity;
  const clerk = createClerkClient({
    secretKey: settings.secretKey.reveal(),
    apiUrl: settings.apiUrl,
    telemetry: { disabled: true },
  });
  return { clerk, settings, frontendUrl: isLocal ? settings.apiUrl : settings.issuer, isLocal };
}

const Running = z.object({ url: z.string() });
const Kept = z.object({ secretKey: z.string(), webhookSecret: z.string() });

async function localSettings(identity: Extract<IdentityConfig, { kind: "local" }>): Promise<ClerkSettings> {
  const { port: _port, folder, kind: _kind, ...rules } = identity;
  // Both files are the provider's own: what it is, kept for ever, and where it answers, there while it runs.
  const { url } = Running.parse(await readNote(join(folder, "running.json")));
  const kept = Kept.parse(await readNote(join(folder, "identity.json")));
  const secretKey = new Secret(kept.secretKey);
  return {
    ...rules,
    secretKey,
    publishableKey: null,
    apiUrl: url,
    issuer: LOCAL_ISSUER,
    keys: { kind: "endpoint", url: `${url}/v1/jwks`, bearer: secretKey },
    serviceUser: null,
    webhookSecrets: [new Secret(kept.webhookSecret)],
  };
}

async function readNote(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null)
    throw new Error("The local identity provider is not running. Start the server first: npm start");
  return JSON.parse(text);
}

/**
 * The one user whose primary, verified address this is; null where there is none. Another address of a user does
 * not name him: whoever adds the service user's address to his own account must not become the service user.
 */
export async function findByEmail(clerk: ClerkClient, email: string): Promise<User | null> {
  const { data } = await clerk.users.getUserList({ emailAddress: [email], limit: 10 });
  const wanted = email.toLowerCase();
  const found = data.filter(
    ({ primaryEmailAddress: primary }) =>
      primary?.emailAddress.toLowerCase() === wanted && primary.verification?.status === "verified",
  );
  if (found.length > 1)
    throw new Error("Several users have this primary e-mail address. Name one by his id.");
  return found[0] ?? null;
}

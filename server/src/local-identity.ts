import type { ClerkSettings, IdentityConfig } from "./base/config-identity.ts";
import type { Log } from "./base/log.ts";
import { Secret } from "./base/secret.ts";
import { openLocalClerk } from "./local-clerk/open.ts";

/** The development identity provider as the server sees it: a Clerk instance like any other. */
export interface LocalIdentity {
  url: string;
  /** Opens its controls: making users and tokens. */
  controlToken: string;
  settings: ClerkSettings;
  sendWebhooksTo: (url: string) => void;
  close: () => Promise<void>;
}

export async function openLocalIdentity(
  config: Extract<IdentityConfig, { kind: "local" }>,
  log: Log,
): Promise<LocalIdentity> {
  const { port, folder, kind: _kind, ...rules } = config;
  const clerk = await openLocalClerk({ folder, port, log: (line) => log.debug(line) });
  const secretKey = new Secret(clerk.secretKey);
  return {
    url: clerk.url,
    controlToken: clerk.controlToken,
    settings: {
      ...rules,
      secretKey,
      publishableKey: clerk.publishableKey,
      apiUrl: clerk.url,
      issuer: clerk.issuer,
      keys: { kind: "endpoint", url: `${clerk.url}/v1/jwks`, bearer: secretKey },
      serviceUser: null,
      webhookSecrets: [new Secret(clerk.webhookSecret)],
    },
    sendWebhooksTo: (url) => clerk.addWebhookEndpoint(url),
    close: () => clerk.close(),
  };
}

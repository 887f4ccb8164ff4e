import { resolve } from "node:path";
import { readTokenRules } from "./config-tokens.ts";
import type { TokenRules } from "./config-tokens.ts";
import { Secret } from "./secret.ts";
import { isLoopback } from "./settings.ts";
import type { Settings } from "./settings.ts";

/**
 * Where the key that signs Clerk's tokens comes from: one fixed PEM, or an endpoint that may rotate its keys.
 * The Backend API's endpoint wants the secret key; the Frontend API's is open.
 */
export type ClerkKeys =
  { kind: "pem"; pem: string } | { kind: "endpoint"; url: string; bearer: Secret | null };

/** A Clerk instance, real or local: whose tokens and webhooks are believed, and how its Backend API is called. */
export interface ClerkSettings extends TokenRules {
  secretKey: Secret;
  publishableKey: string | null;
  /** Base of the Backend API, without /v1. */
  apiUrl: string;
  /** What `iss` must be, exactly. */
  issuer: string;
  keys: ClerkKeys;
  /** The user that `npm run token` mints for. His tokens carry no azp and are accepted all the same. */
  serviceUser: { id: string } | { email: string } | null;
  webhookSecrets: readonly Secret[];
}

export type IdentityConfig =
  ({ kind: "local"; port: number; folder: string } & TokenRules) | ({ kind: "clerk" } & ClerkSettings);

/** Settings that only make sense for a real instance: one of them without the secret key is a forgotten key. */
const CLERK_INSTANCE_SETTINGS = [
  "CLERK_PUBLISHABLE_KEY",
  "CLERK_JWT_KEY",
  "CLERK_ISSUER",
  "CLERK_JWKS_URL",
  "CLERK_API_URL",
  "CLERK_WEBHOOK_SIGNING_SECRET",
  "CLERK_WEBHOOK_SECRET",
  "CLERK_SERVICE_USER_ID",
  "CLERK_SERVICE_USER_EMAIL",
  "CLERK_JWT_TEMPLATES",
  "CLERK_AUDIENCE",
  "CLERK_OAUTH_CLIENT_IDS",
] as const;

export function readIdentity(settings: Settings, dataFolder: string): IdentityConfig {
  const rules = readTokenRules(settings);
  const secretKey = settings.text("CLERK_SECRET_KEY");
  if (secretKey !== null) return { ...readInstance(settings, secretKey), ...rules };
  refuseWhereLocalIsDangerous(settings);
  return {
    kind: "local",
    port: settings.whole("LOCAL_CLERK_PORT", 3001, [0, 65_535]),
    folder: resolve(dataFolder, "local-clerk"),
    ...rules,
  };
}

/** The local provider signs anybody in as anybody. A forgotten key behind a proxy must not open that door. */
function refuseWhereLocalIsDangerous(settings: Settings): void {
  const refuse = (name: string, why: string): void =>
    settings.refuse(
      name,
      `${why}, and without CLERK_SECRET_KEY the local identity provider would sign everybody in`,
    );

  if (settings.text("NODE_ENV") === "production") refuse("NODE_ENV", "is production");
  if (!isLoopback(settings.text("HOST") ?? "127.0.0.1")) refuse("HOST", "is not a loopback address");
  if (settings.whole("TRUST_PROXY", 0, [0, 10]) > 0)
    refuse("TRUST_PROXY", "says that a proxy stands in front");
  if (!isLocalDatabase(settings.text("DATABASE_URL")))
    refuse("DATABASE_URL", "names a database on another machine");
  for (const name of CLERK_INSTANCE_SETTINGS) if (settings.text(name) !== null) refuse(name, "is set");
  if (settings.text("STRIPE_SECRET_KEY")?.includes("_live_") === true)
    refuse("STRIPE_SECRET_KEY", "is a live key");
  const paypal = settings.text("PAYPAL_API_URL") ?? "https://api-m.paypal.com";
  if (settings.text("PAYPAL_CLIENT_SECRET") !== null && /\/\/api(-m)?\.paypal\.com/.test(paypal))
    refuse("PAYPAL_CLIENT_SECRET", "belongs to the live API");
}

function isLocalDatabase(url: string | null): boolean {
  if (url === null || !URL.canParse(url)) return true;
  const { hostname, searchParams } = new URL(url);
  const hosts = [hostname, searchParams.get("host")].filter((each) => each !== null && each !== "");
  return hosts.every((host) => isLoopback(host ?? "") || host?.startsWith("/") === true);
}

function readInstance(
  settings: Settings,
  secretKey: string,
): { kind: "clerk" } & Omit<ClerkSettings, keyof TokenRules> {
  const publishableKey = settings.text("CLERK_PUBLISHABLE_KEY");
  const apiUrl = settings.address("CLERK_API_URL") ?? "https://api.clerk.com";
  const issuer = settings.address("CLERK_ISSUER") ?? issuerOf(publishableKey);
  const jwksUrl = settings.address("CLERK_JWKS_URL");
  const endpoint =
    jwksUrl === null
      ? { url: `${apiUrl}/v1/jwks`, bearer: new Secret(secretKey) }
      : { url: jwksUrl, bearer: null };
  const pem = settings.text("CLERK_JWT_KEY")?.replaceAll("\\n", "\n").trim() ?? null;
  const serviceUserId = settings.text("CLERK_SERVICE_USER_ID");
  const serviceUserEmail = settings.text("CLERK_SERVICE_USER_EMAIL");

  const kind = /^sk_(test|live)_./.exec(secretKey)?.[1];
  if (kind === undefined) settings.refuse("CLERK_SECRET_KEY", "does not begin with sk_test_ or sk_live_");
  if (publishableKey !== null && kind !== undefined && !publishableKey.startsWith(`pk_${kind}_`))
    settings.refuse(
      "CLERK_PUBLISHABLE_KEY",
      `is not of the same instance as CLERK_SECRET_KEY (pk_${kind}_…)`,
    );
  if (issuer === null)
    settings.refuse(
      "CLERK_ISSUER",
      "is needed to know whose tokens to believe (or CLERK_PUBLISHABLE_KEY, which names it)",
    );
  if (kind === "live" && issuer?.endsWith(".clerk.accounts.dev") === true)
    settings.refuse("CLERK_ISSUER", "is a development instance, and CLERK_SECRET_KEY is a live key");
  if (pem !== null && !/^-----BEGIN PUBLIC KEY-----[\sA-Za-z0-9+/=]+-----END PUBLIC KEY-----$/.test(pem))
    settings.refuse("CLERK_JWT_KEY", "is not a PEM public key");

  return {
    kind: "clerk",
    secretKey: new Secret(secretKey),
    publishableKey,
    apiUrl,
    issuer: issuer ?? "",
    keys: pem === null ? { kind: "endpoint", ...endpoint } : { kind: "pem", pem },
    serviceUser:
      serviceUserId !== null
        ? { id: serviceUserId }
        : serviceUserEmail !== null
          ? { email: serviceUserEmail }
          : null,
    webhookSecrets: readWebhookSecrets(settings),
  };
}

/** What Svix shows: a prefix, which may be left out, and base64. */
const SIGNING_SECRET = /^(whsec_)?[A-Za-z0-9+/]+={0,2}$/;

function readWebhookSecrets(settings: Settings): Secret[] {
  const name =
    settings.text("CLERK_WEBHOOK_SIGNING_SECRET") === null
      ? "CLERK_WEBHOOK_SECRET"
      : "CLERK_WEBHOOK_SIGNING_SECRET";
  const secrets = settings.secrets(name, 16);
  if (!secrets.every((each) => SIGNING_SECRET.test(each.reveal())))
    settings.refuse(name, "has an entry that is not whsec_ and base64");
  return secrets;
}

/** A publishable key is pk_test_ or pk_live_ and the base64 of the Frontend API's host and a dollar sign. */
function issuerOf(publishableKey: string | null): string | null {
  const host = Buffer.from(
    /^pk_(?:test|live)_(.+)$/.exec(publishableKey ?? "")?.[1] ?? "",
    "base64",
  ).toString("latin1");
  return /^[a-z0-9.-]+\$$/.test(host) ? `https://${host.slice(0, -1)}` : null;
}

import { describe, expect, test } from "vitest";
import { readConfig } from "../server/src/base/config.ts";
import { ConfigError } from "../server/src/base/settings.ts";

const CLERK = { CLERK_SECRET_KEY: "sk_test_abcdef", CLERK_ISSUER: "https://app.clerk.accounts.dev" };
const LIVE_CLERK = { CLERK_SECRET_KEY: "sk_live_abcdef", CLERK_ISSUER: "https://clerk.example.com" };
const WHSEC = "whsec_0123456789abcdef";
const STRIPE = { STRIPE_SECRET_KEY: "sk_test_abc", STRIPE_WEBHOOK_SECRET: WHSEC };
const PAYPAL = {
  PAYPAL_CLIENT_ID: "id",
  PAYPAL_CLIENT_SECRET: "secret",
  PAYPAL_WEBHOOK_ID: "8PT597110X687430LKGECATA",
  PAYPAL_API_URL: "https://api-m.sandbox.paypal.com",
};

/** 32 bytes, as `openssl rand -base64 32` writes them. */
const KEY = Buffer.alloc(32, 7).toString("base64");

/** The names of the variables that stop the start. */
function refusedNames(env: Record<string, string>): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => problem.split(" ")[0]!);
  }
}

describe("with no settings at all", () => {
  test("the server listens on loopback, with the embedded database and the local identity provider", () => {
    expect(readConfig({})).toMatchObject({
      host: "127.0.0.1",
      port: 3000,
      database: { kind: "embedded" },
      identity: { kind: "local", port: 3001 },
      adminKeys: [],
      provisioning: "on-demand",
    });
  });
});

describe("the local identity provider stops the start", () => {
  test.each<[string, Record<string, string>]>([
    ["NODE_ENV", { NODE_ENV: "production" }],
    ["HOST", { HOST: "0.0.0.0" }],
    ["HOST", { HOST: "192.168.1.5" }],
    ["TRUST_PROXY", { TRUST_PROXY: "1" }],
    ["DATABASE_URL", { DATABASE_URL: "postgres://db.example.com/app" }],
    ["DATABASE_URL", { DATABASE_URL: "postgres://127.0.0.1/app?host=db.example.com" }],
    ["CLERK_ISSUER", { CLERK_ISSUER: "https://app.clerk.accounts.dev" }],
    ["CLERK_JWT_KEY", { CLERK_JWT_KEY: "-----BEGIN PUBLIC KEY-----" }],
    ["CLERK_WEBHOOK_SIGNING_SECRET", { CLERK_WEBHOOK_SIGNING_SECRET: "whsec_abcdefghijklmnopqrst" }],
    ["STRIPE_SECRET_KEY", { ...STRIPE, STRIPE_SECRET_KEY: "sk_live_abc" }],
  ])("beside %s: %o", (name, env) => {
    expect(refusedNames(env)).toEqual([name]);
  });

  test("and not beside a database on the same machine", () => {
    expect(refusedNames({ DATABASE_URL: "postgres://postgres@127.0.0.1:5432/app" })).toEqual([]);
  });
});

describe("a real Clerk instance", () => {
  test("is named by its secret key and its issuer", () => {
    expect(readConfig(CLERK)).toMatchObject({
      identity: {
        kind: "clerk",
        issuer: "https://app.clerk.accounts.dev",
        apiUrl: "https://api.clerk.com",
        authorizedParties: [],
      },
    });
  });

  test("may be named by its publishable key instead", () => {
    const publishable = `pk_test_${Buffer.from("app.clerk.accounts.dev$").toString("base64")}`;
    const { identity } = readConfig({
      CLERK_SECRET_KEY: "sk_test_abcdef",
      CLERK_PUBLISHABLE_KEY: publishable,
    });
    expect(identity).toMatchObject({ issuer: "https://app.clerk.accounts.dev" });
  });

  test("has several webhook secrets while one is replaced, under either name", () => {
    const secrets = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, whsec_plJ3nmyCDGBKInavdOK15jsl";
    for (const name of ["CLERK_WEBHOOK_SIGNING_SECRET", "CLERK_WEBHOOK_SECRET"]) {
      const { identity } = readConfig({ ...CLERK, [name]: secrets });
      expect(identity.kind === "clerk" && identity.webhookSecrets).toHaveLength(2);
    }
  });
});

describe("a bad setting stops the start and is named", () => {
  test.each<[string, Record<string, string>]>([
    ["PORT", { PORT: "three" }],
    ["PORT", { PORT: "70000" }],
    ["PORT", { PORT: "-1" }],
    ["DRAIN_SECONDS", { DRAIN_SECONDS: "90" }],
    ["LOG_LEVEL", { LOG_LEVEL: "loud" }],
    ["LOG_SAMPLE", { LOG_SAMPLE: "1.5" }],
    ["LOG_SAMPLE", { LOG_SAMPLE: "half" }],
    ["DATABASE_URL", { DATABASE_URL: "mysql://localhost/app", ...CLERK }],
    ["USER_PROVISIONING", { USER_PROVISIONING: "sometimes" }],
    ["CLERK_ROLE_MAP", { CLERK_ROLE_MAP: "org:admin=king" }],
    ["ADMIN_API_KEY", { ADMIN_API_KEY: "short" }],
    ["ADMIN_API_KEY", { ADMIN_API_KEY: "a-long-enough-admin-key,short" }],
    ["API_KEY_PEPPER", { API_KEY_PEPPER: "too short" }],
    ["RATE_LIMIT_ADDRESS_SCALE", { RATE_LIMIT_ADDRESS_SCALE: "0" }],
    ["RATE_LIMIT_ADDRESS_SCALE", { RATE_LIMIT_ADDRESS_SCALE: "many" }],
    ["RATE_LIMIT_STORE", { RATE_LIMIT_STORE: "postgres" }],
    ["RATE_LIMIT_STORE", { RATE_LIMIT_STORE: "paper" }],
    ["REDIS_URL", { RATE_LIMIT_STORE: "redis" }],
    ["REDIS_URL", { REDIS_URL: "http://localhost:6379" }],
    ["API_KEY_PEPPER", { API_KEY_PEPPER: `${KEY},${KEY}` }],
    ["API_KEY_ENCRYPTION_KEY", { API_KEY_ENCRYPTION_KEY: KEY.slice(0, -4) }],
    ["API_KEY_ENCRYPTION_KEY", { API_KEY_ENCRYPTION_KEY: `${KEY},${KEY.replace("=", "")}` }],
    ["CORS_ORIGINS", { CORS_ORIGINS: "*" }],
    ["CORS_ORIGINS", { CORS_ORIGINS: "https://app.example.com/" }],
    ["CLERK_AUTHORIZED_PARTIES", { ...CLERK, CLERK_AUTHORIZED_PARTIES: "app.example.com" }],
    ["CLERK_SECRET_KEY", { ...CLERK, CLERK_SECRET_KEY: "pk_test_abc" }],
    ["CLERK_ISSUER", { CLERK_SECRET_KEY: "sk_test_abcdef" }],
    ["CLERK_ISSUER", { ...CLERK, CLERK_SECRET_KEY: "sk_live_abcdef" }],
    ["CLERK_PUBLISHABLE_KEY", { ...CLERK, CLERK_PUBLISHABLE_KEY: "pk_live_YXBwJA==" }],
    ["CLERK_JWT_KEY", { ...CLERK, CLERK_JWT_KEY: "not a key" }],
    ["CLERK_JWKS_URL", { ...CLERK, CLERK_JWKS_URL: "file:///etc/passwd" }],
    ["CLERK_WEBHOOK_SIGNING_SECRET", { ...CLERK, CLERK_WEBHOOK_SIGNING_SECRET: "whsec_ not base64 at all" }],
    ["CLERK_ALLOW_MISSING_AZP", { CLERK_ALLOW_MISSING_AZP: "yes" }],
    ["STRIPE_SECRET_KEY", { STRIPE_SECRET_KEY: "pk_test_abc", STRIPE_WEBHOOK_SECRET: WHSEC }],
    ["STRIPE_SECRET_KEY", { STRIPE_WEBHOOK_SECRET: WHSEC }],
    ["STRIPE_WEBHOOK_SECRET", { STRIPE_SECRET_KEY: "sk_test_abc" }],
    ["STRIPE_WEBHOOK_SECRET", { STRIPE_SECRET_KEY: "sk_test_abc", STRIPE_WEBHOOK_SECRET: " " }],
    ["STRIPE_WEBHOOK_SECRET", { ...STRIPE, STRIPE_WEBHOOK_SECRET: `${WHSEC},not-a-stripe-secret` }],
    ["STRIPE_API_URL", { ...STRIPE, STRIPE_API_URL: "http://stripe.example.com" }],
    ["STRIPE_API_URL", { ...STRIPE, STRIPE_API_URL: "https://stripe.example.com/v1" }],
    ["STRIPE_SECRET_KEY", { ...CLERK, ...STRIPE, STRIPE_SECRET_KEY: "sk_live_abc" }],
    ["STRIPE_SECRET_KEY", { ...LIVE_CLERK, ...STRIPE }],
    ["PAYPAL_CLIENT_SECRET", { PAYPAL_CLIENT_ID: "id", PAYPAL_WEBHOOK_ID: "8PT597110X687430LKGECATA" }],
    ["PAYPAL_WEBHOOK_ID", { ...PAYPAL, PAYPAL_WEBHOOK_ID: "WEBHOOK_ID" }],
    ["PAYPAL_API_URL", { ...PAYPAL, PAYPAL_API_URL: "http://paypal.example.com" }],
    ["PAYPAL_API_URL", { ...CLERK, ...PAYPAL, PAYPAL_API_URL: "https://api-m.paypal.com" }],
    ["PAYPAL_API_URL", { ...LIVE_CLERK, ...PAYPAL }],
    ["NODE_EXTRA_CA_CERTS", { ...PAYPAL, NODE_EXTRA_CA_CERTS: "/nowhere/roots.pem" }],
    ["PLANS_FILE", { PLANS_FILE: "/nowhere/plans.json" }],
    ["PLANS_FILE", { PLANS_FILE: "package.json" }],
    ["APP_URL", { APP_URL: "app.example.com" }],
  ])("%s: %o", (name, env) => {
    expect(refusedNames(env)).toEqual([name]);
  });

  test("all of them at once, and never by its value", () => {
    const env = { PORT: "x-secret-port", ADMIN_API_KEY: "s3cret", CLERK_SECRET_KEY: "leaked-key" };
    expect(refusedNames(env)).toEqual(
      ["CLERK_SECRET_KEY", "CLERK_ISSUER", "ADMIN_API_KEY", "PORT"].toSorted(
        (a, b) => order(env, a) - order(env, b),
      ),
    );
    expect(() => readConfig(env)).not.toThrow(/x-secret-port|s3cret|leaked-key/);
  });

  test("an admin key that is blank is no admin key", () => {
    expect(readConfig({ ADMIN_API_KEY: "" }).adminKeys).toEqual([]);
    expect(readConfig({ ADMIN_API_KEY: " " }).adminKeys).toEqual([]);
  });
});

/** The order in which the settings are read is the order in which they are named. */
function order(env: Record<string, string>, name: string): number {
  return refusedNames(env).indexOf(name);
}

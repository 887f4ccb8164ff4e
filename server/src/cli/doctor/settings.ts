import { readConfig } from "../../base/config.ts";
import type { Config } from "../../base/config.ts";
import { ConfigError } from "../../base/settings.ts";
import type { Environment } from "../../base/settings.ts";
import { about } from "./finding.ts";
import type { Finding } from "./finding.ts";

const settings = about("settings");

export interface CheckedSettings {
  /** Null where a setting stops the start: nothing else can be looked at then. */
  config: Config | null;
  findings: Finding[];
}

/** Every setting: what stops the start, and what lets more in than it seems. */
export function checkSettings(env: Environment): CheckedSettings {
  try {
    const config = readConfig(env);
    const loose = looseEnds(config).map((text) => settings.warning(text));
    return { config, findings: loose.length > 0 ? loose : [settings.ok("all of them can be read")] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { config: null, findings: error.problems.map((problem) => settings.broken(problem)) };
  }
}

function looseEnds({ identity, adminKeys, keyMaterial, database }: Config): string[] {
  if (identity.kind === "local") return [];
  const found: string[] = [];
  if (identity.authorizedParties.length === 0)
    found.push(
      "CLERK_AUTHORIZED_PARTIES is not set: a token made for another site of the same Clerk instance is accepted. Set it to the origins of your frontends.",
    );
  if (identity.authorizedParties.length > 0 && identity.allowMissingAzp)
    found.push(
      "CLERK_ALLOW_MISSING_AZP is on: a token without azp passes CLERK_AUTHORIZED_PARTIES. Only native apps need it.",
    );
  if (identity.webhookSecrets.length === 0)
    found.push(
      "CLERK_WEBHOOK_SIGNING_SECRET is not set: no webhook is accepted, and what changes at Clerk is not seen here. Copy it from Clerk's dashboard.",
    );
  if (adminKeys.length === 0)
    found.push("ADMIN_API_KEY is not set: no admin key opens anything. Admins sign in instead.");
  if (keyMaterial.peppers.length === 0)
    found.push(
      "API_KEY_PEPPER is not set: no API key can be made. Set it to what `openssl rand -base64 32` prints.",
    );
  if (database.kind === "embedded")
    found.push(
      "DATABASE_URL is not set: the embedded database serves one process and may lose its last writes when the power fails. Set it for production.",
    );
  return found;
}

import type { Settings } from "./settings.ts";

/**
 * A JWT template whose tokens are accepted. A token does not carry the name of its template, so the audience tells
 * it, and the name is for people: it says in Clerk's dashboard which template is meant.
 */
export interface JwtTemplate {
  name: string;
  audiences: readonly string[];
}

/** What is checked of a token whatever the instance. */
export interface TokenRules {
  /** Origins that `azp` may name; empty: not checked. */
  authorizedParties: readonly string[];
  allowMissingAzp: boolean;
  maxTokenLifetimeSeconds: number;
  /** Who we are, as `aud` of session and OAuth tokens. A token for somebody else is refused. */
  audiences: readonly string[];
  /** Which machines of Clerk we are (`mch_…`): a machine token must be made for one of them; empty: not checked. */
  machineAudiences: readonly string[];
  /** Empty: no template's tokens are accepted. */
  jwtTemplates: readonly JwtTemplate[];
  /** OAuth clients whose access tokens are accepted; empty: every client of the instance. */
  oauthClientIds: readonly string[];
}

export function readTokenRules(settings: Settings): TokenRules {
  const named = settings.list("CLERK_AUDIENCE");
  const audiences = named.filter((each) => !isMachine(each));
  return {
    authorizedParties: settings.origins("CLERK_AUTHORIZED_PARTIES"),
    allowMissingAzp: settings.flag("CLERK_ALLOW_MISSING_AZP"),
    maxTokenLifetimeSeconds: settings.whole("CLERK_MAX_TOKEN_LIFETIME_SECONDS", 86_400, [60, 315_360_000]),
    audiences,
    machineAudiences: named.filter(isMachine),
    jwtTemplates: readTemplates(settings, audiences),
    oauthClientIds: settings.list("CLERK_OAUTH_CLIENT_IDS"),
  };
}

function isMachine(audience: string): boolean {
  return audience.startsWith("mch_");
}

/** `name:audience`, or `name` alone for a template that writes CLERK_AUDIENCE into `aud`; comma separated. */
function readTemplates(settings: Settings, audiences: readonly string[]): JwtTemplate[] {
  const refuse = (why: string): void => settings.refuse("CLERK_JWT_TEMPLATES", why);
  return settings.list("CLERK_JWT_TEMPLATES").map((entry) => {
    const [, name, audience] = /^([\w-]{1,100})(?::(\S+))?$/.exec(entry) ?? [];
    if (name === undefined) refuse("has an entry that is neither name nor name:audience");
    else if (audience === undefined && audiences.length === 0)
      refuse("has an entry without an audience, and CLERK_AUDIENCE is not set");
    return { name: name ?? "", audiences: audience === undefined ? audiences : [audience] };
  });
}

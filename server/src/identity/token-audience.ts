import type { TokenRules } from "../base/config-tokens.ts";
import type { TokenKind } from "./token-header.ts";

/**
 * Whether a token is meant for us; null if it is, or a reason.
 *
 * Clerk's session tokens carry no `aud`, so none is fine there. One that is there must name us: a token for another
 * service of the same instance must not open this one. The SDK skips the check for `""`, `[]` and `{}`.
 */
export function flawOfAudience(
  { aud, scopes }: Readonly<Record<string, unknown>>,
  kind: TokenKind,
  rules: TokenRules,
): string | null {
  switch (kind) {
    case "session":
      return aud === undefined || names(aud, rules.audiences) ? null : FOREIGN;
    case "template":
      return flawOfTemplate(aud, rules);
    case "oauth":
      return flawOfOauthAudience(aud, rules);
    case "machine":
      return flawOfMachineAudience(typeof scopes === "string" ? scopes.split(" ") : aud, rules);
  }
}

const FOREIGN = "meant for another audience (aud; see CLERK_AUDIENCE)";

function flawOfTemplate(aud: unknown, { jwtTemplates }: TokenRules): string | null {
  if (jwtTemplates.length === 0) return "made from a JWT template, and CLERK_JWT_TEMPLATES names none";
  if (jwtTemplates.some(({ audiences }) => names(aud, audiences))) return null;
  return "its audience is that of no template in CLERK_JWT_TEMPLATES (aud)";
}

/** With CLERK_AUDIENCE set an OAuth token must carry it, as the SDK has it; without, it must carry none. */
export function flawOfOauthAudience(aud: unknown, { audiences }: TokenRules): string | null {
  if (aud === undefined && audiences.length === 0) return null;
  return names(aud, audiences) ? null : FOREIGN;
}

/** The machines that a machine token was made for, where it is configured which of them we are. */
export function flawOfMachineAudience(machines: unknown, { machineAudiences }: TokenRules): string | null {
  if (machineAudiences.length === 0 || names(machines, machineAudiences)) return null;
  return "made for another machine (scopes; see CLERK_AUDIENCE)";
}

function names(aud: unknown, ours: readonly string[]): boolean {
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return named.every(isText) && named.some((each) => ours.includes(each));
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

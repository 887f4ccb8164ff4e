import { AppError } from "../base/app-error.ts";
import type { Log } from "../base/log.ts";
import { verifyClerkToken } from "./clerk-token.ts";
import type { ClerkTokenTools } from "./clerk-token.ts";
import type { Credential } from "./credentials.ts";
import { looksLikeJwt, readJwt } from "./jwt-shape.ts";
import { opaqueKindOf } from "./opaque-token.ts";
import type { OpaqueTokens } from "./opaque-token.ts";
import { reject } from "./principal.ts";
import type { Principal } from "./principal.ts";

export interface IdentityTools {
  clerk: ClerkTokenTools;
  opaque: OpaqueTokens;
  log: Log;
}

/**
 * From a credential to who is asking. Never throws: what is not good is `rejected`, and so is a credential that
 * could not be judged because something is down (code UNAVAILABLE).
 */
export async function resolvePrincipal(credential: Credential, tools: IdentityTools): Promise<Principal> {
  switch (credential.kind) {
    case "none":
      return { kind: "anonymous" };
    case "unreadable":
      return reject("not a bearer token");
    case "bearer":
      return judgeBearer(credential.token, tools).catch((error: unknown) => couldNotJudge(error, tools));
  }
}

/** The text says which kind of credential it wants to be; each kind is then judged by its own rules only. */
async function judgeBearer(token: string, { clerk, opaque }: IdentityTools): Promise<Principal> {
  if (token.startsWith("gk_")) return { kind: "rejected", code: "INVALID_API_KEY", reason: null };
  const opaqueKind = opaqueKindOf(token);
  if (opaqueKind !== null) return opaque.judge(token, opaqueKind);
  const jwt = readJwt(token);
  if (jwt !== null) return verifyClerkToken(token, jwt, clerk);
  return reject(looksLikeJwt(token) ? "not a JWT as RFC 7515 writes it" : "not a token of any known kind");
}

/** Something that we depend on is down: the caller may be anybody, so he is neither let in nor told that he is bad. */
function couldNotJudge(error: unknown, { log }: IdentityTools): Principal {
  if (!(error instanceof AppError)) log.error({ err: error }, "a token could not be judged");
  const retryAfterSeconds = (error instanceof AppError ? error.retryAfterSeconds : undefined) ?? 5;
  return { kind: "rejected", code: "UNAVAILABLE", reason: null, retryAfterSeconds };
}

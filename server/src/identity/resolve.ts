import { AppError } from "../base/app-error.ts";
import type { Log } from "../base/log.ts";
import type { Soon } from "../base/soon.ts";
import { isUnavailable } from "../database/errors.ts";
import { judgeApiKey } from "./api-key.ts";
import type { KeyTools } from "./api-key.ts";
import { verifyClerkToken } from "./clerk-token.ts";
import type { ClerkTokenTools } from "./clerk-token.ts";
import type { Credential } from "./credentials.ts";
import { looksLikeJwt, readJwt } from "./jwt-shape.ts";
import { judgeKeyToken, keyIdOfToken } from "./key-token.ts";
import { opaqueKindOf } from "./opaque-token.ts";
import type { OpaqueTokens } from "./opaque-token.ts";
import { UNKNOWN_KIND, reject } from "./principal.ts";
import type { Principal } from "./principal.ts";

export interface IdentityTools {
  clerk: ClerkTokenTools;
  keys: KeyTools;
  opaque: OpaqueTokens;
  /** Whether Clerk may still be asked about credentials from there. */
  mayAsk: (address: string | null) => Promise<boolean>;
  log: Log;
}

/** How every API key begins, so that one is told from all other credentials by its first three characters. */
const API_KEY_PREFIX = "gk_";

/**
 * From a credential to who is asking. Never throws: what is not good is `rejected`, and so is a credential that
 * could not be judged because something is down (code UNAVAILABLE).
 *
 * @param address where the request comes from; null where it is not known
 */
export function resolvePrincipal(
  credential: Credential,
  address: string | null,
  tools: IdentityTools,
): Soon<Principal> {
  switch (credential.kind) {
    case "none":
      return { kind: "anonymous" };
    case "unreadable":
      return reject("not a bearer token");
    case "bearer":
      return judgeBearer(credential.token, address, tools);
  }
}

/** The text says which kind of credential it wants to be; each kind is then judged by its own rules only. */
function judgeBearer(token: string, address: string | null, tools: IdentityTools): Soon<Principal> {
  const failed = (error: unknown): Principal => couldNotJudge(error, tools);
  if (token.startsWith(API_KEY_PREFIX)) return judgeApiKey(token, address, tools.keys).catch(failed);
  const opaqueKind = opaqueKindOf(token);
  if (opaqueKind !== null)
    return tools.opaque.judge(token, opaqueKind, () => tools.mayAsk(address)).catch(failed);
  return tools.clerk.memory.recall(token) ?? judgeJwt(token, address, tools).catch(failed);
}

async function judgeJwt(token: string, address: string | null, tools: IdentityTools): Promise<Principal> {
  const jwt = readJwt(token);
  if (jwt === null) return reject(looksLikeJwt(token) ? "not a JWT as RFC 7515 writes it" : UNKNOWN_KIND);
  const keyId = keyIdOfToken(jwt);
  if (keyId !== null) return judgeKeyToken(token, jwt, { keyId, address, tools: tools.keys });
  return verifyClerkToken(token, jwt, tools.clerk);
}

/** Something that we depend on is down: the caller may be anybody, so he is neither let in nor told that he is bad. */
function couldNotJudge(error: unknown, { log }: IdentityTools): Principal {
  if (!(error instanceof AppError) && !isUnavailable(error))
    log.error({ err: error }, "a token could not be judged");
  const retryAfterSeconds = (error instanceof AppError ? error.retryAfterSeconds : undefined) ?? 5;
  return { kind: "rejected", code: "UNAVAILABLE", reason: null, retryAfterSeconds };
}

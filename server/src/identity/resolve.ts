import { AppError } from "../base/app-error.ts";
import type { Log } from "../base/log.ts";
import { verifyClerkToken } from "./clerk-token.ts";
import type { ClerkTokenTools } from "./clerk-token.ts";
import type { Credential } from "./credentials.ts";
import { readJwt } from "./jwt-shape.ts";
import type { Principal } from "./principal.ts";

export interface IdentityTools {
  clerk: ClerkTokenTools;
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
      return { kind: "rejected", code: "UNAUTHORIZED", reason: "not a bearer token" };
    case "bearer":
      return judgeBearer(credential.token, tools);
  }
}

async function judgeBearer(token: string, tools: IdentityTools): Promise<Principal> {
  if (token.startsWith("gk_")) return { kind: "rejected", code: "INVALID_API_KEY", reason: null };
  const jwt = readJwt(token);
  if (jwt === null)
    return { kind: "rejected", code: "UNAUTHORIZED", reason: "not a token of any known kind" };
  try {
    return await verifyClerkToken(token, jwt, tools.clerk);
  } catch (error) {
    if (!(error instanceof AppError)) tools.log.error({ err: error }, "a token could not be judged");
    return { kind: "rejected", code: "UNAVAILABLE", reason: null };
  }
}

import { verifyToken } from "@clerk/backend";
import { verifyMachineAuthToken } from "@clerk/backend/internal";
import type { TokenKind } from "./token-header.ts";

/** Wide enough that the SDK never judges a time: it would by the machine's clock, and ours is handed in. */
const ANY_TIME_MS = Number.MAX_SAFE_INTEGER;

/** Whether Clerk's SDK finds that this key signed the token; null if it does, or a reason. */
export async function flawOfSignature(
  token: string,
  kind: TokenKind,
  { pem, issuer }: { pem: string; issuer: string },
): Promise<string | null> {
  const options = { jwtKey: pem, clockSkewInMs: ANY_TIME_MS };
  switch (kind) {
    case "session":
    case "template":
      return verifyToken(token, { ...options, issuer }).then(() => null, explain);
    case "oauth":
    case "machine": {
      const { errors } = await verifyMachineAuthToken(token, options);
      return errors === undefined ? null : "the signature does not match";
    }
  }
}

function explain(error: unknown): string {
  const reason = typeof error === "object" && error !== null && "reason" in error ? error.reason : null;
  return reason === "token-invalid-signature" ? "the signature does not match" : "cannot be verified";
}

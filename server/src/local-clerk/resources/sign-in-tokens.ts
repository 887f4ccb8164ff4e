import { z } from "zod";
import { ClerkError, notFound, unprocessable } from "../errors.ts";
import { sameSecret } from "../guard.ts";
import { newId, newSecret } from "../ids.ts";
import { nextUpdate } from "../instance.ts";
import { getUser } from "./users.ts";
import type { Instance } from "../instance.ts";
import type { SignInToken } from "../shapes.ts";

/** Clerk's default is 30 days. */
const LIFETIME_SECONDS = 30 * 86_400;

export const CreateSignInToken = z.looseObject({
  user_id: z.string(),
  expires_in_seconds: z.number().int().min(1).nullish(),
});

export function createSignInToken(instance: Instance, input: z.infer<typeof CreateSignInToken>): SignInToken {
  const user = getUser(instance, input.user_id);
  const now = instance.now();
  const ticket = newSecret("ticket");
  const token: SignInToken = {
    object: "sign_in_token",
    id: newId("sit"),
    user_id: user.id,
    token: ticket,
    status: "pending",
    url: `${instance.url}/sign-in?__clerk_ticket=${ticket}`,
    expires_at: now + (input.expires_in_seconds ?? LIFETIME_SECONDS) * 1000,
    created_at: now,
    updated_at: now,
  };
  instance.tables.signInTokens.set(token.id, token);
  instance.changed();
  return token;
}

export function revokeSignInToken(instance: Instance, id: string): SignInToken {
  const token = instance.tables.signInTokens.get(id);
  if (token === undefined) throw notFound("Sign-in token");
  if (token.status !== "pending") {
    const message = `The sign-in token is ${token.status}`;
    throw new ClerkError(400, "sign_in_token_cannot_be_revoked", { message });
  }
  return setStatus(instance, token, "revoked");
}

/** A ticket opens one session, once. */
export function redeemTicket(instance: Instance, ticket: string): SignInToken {
  const token = [...instance.tables.signInTokens.values()].find((one) => sameSecret(ticket, one.token));
  if (token === undefined || token.status === "revoked") {
    throw unprocessable("ticket_invalid_code", "ticket", "The ticket is not valid");
  }
  if (token.status === "accepted") {
    throw new ClerkError(400, "sign_in_token_already_used_code", { message: "The ticket was used already" });
  }
  if (token.expires_at <= instance.now()) {
    throw new ClerkError(400, "ticket_expired_code", { message: "The ticket has expired" });
  }
  return setStatus(instance, token, "accepted");
}

function setStatus(instance: Instance, token: SignInToken, status: SignInToken["status"]): SignInToken {
  token.status = status;
  token.updated_at = nextUpdate(instance, token);
  instance.changed();
  return token;
}

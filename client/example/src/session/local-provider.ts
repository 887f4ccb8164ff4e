import { NetworkError } from "@gatehouse/client";
import { localClerkUrl } from "../settings.ts";
import { watchedFetch } from "./connection.ts";

// The local identity provider speaks the part of Clerk's Frontend API that stands here. With a real instance Clerk's
// own components do all of this.

const TICKET = "__clerk_ticket";

export interface LocalSession {
  id: string;
  user: { id: string; name: string };
}

/** The page where somebody says who he is. It sends the browser back with a ticket behind the `#`. */
export function signInAddress(returnTo: string): string {
  return `${localClerkUrl}/sign-in?redirect_url=${encodeURIComponent(returnTo)}`;
}

/** The ticket in the address, once: it is taken out, so that nobody bookmarks or copies it. */
export function takeTicket(): string | null {
  const { hash, pathname, search } = window.location;
  const ticket = new URLSearchParams(hash.slice(1)).get(TICKET);
  if (ticket !== null) window.history.replaceState(null, "", pathname + search);
  return ticket;
}

/** A ticket is good for one session and for two minutes. */
export async function openSession(ticket: string): Promise<LocalSession> {
  const answer = await post<SignInAnswer>("sign_ins", { strategy: "ticket", ticket });
  const [session] = answer?.client.sessions ?? [];
  if (session === undefined)
    throw new Error("This sign-in was used already, or took too long. Please sign in again.");
  const { user_id: id, first_name: first, last_name: last, identifier } = session.public_user_data;
  const name = [first, last].filter(Boolean).join(" ");
  return { id: session.id, user: { id, name: name === "" ? identifier : name } };
}

interface SignInAnswer {
  client: {
    sessions: {
      id: string;
      public_user_data: {
        user_id: string;
        first_name: string | null;
        last_name: string | null;
        identifier: string;
      };
    }[];
  };
}

/** A token for the next minute; null when the session is over. */
export async function fetchToken(sessionId: string): Promise<string | null> {
  const answer = await post<{ jwt: string }>(`sessions/${sessionId}/tokens`, {});
  return answer?.jwt ?? null;
}

export async function endSession(sessionId: string): Promise<void> {
  await post(`sessions/${sessionId}/end`, {});
}

/** Null where the provider refuses. A form, as Clerk's own pages send it: it needs no CORS preflight. */
async function post<Answer>(path: string, fields: Record<string, string>): Promise<Answer | null> {
  const body = new URLSearchParams(fields);
  const address = `${localClerkUrl}/v1/client/${path}`;
  const answer = await watchedFetch(address, { method: "POST", body }).catch((cause: unknown) => {
    // To be told from a refusal, as the client tells its own.
    throw new NetworkError("The identity provider cannot be reached.", { cause });
  });
  if (!answer.ok) return null;
  const read: Answer = await answer.json();
  return read;
}

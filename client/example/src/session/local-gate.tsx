import { useEffect, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { Waiting } from "../parts/waiting.tsx";
import { endSession, openSession, signInAddress, takeTicket } from "./local-provider.ts";
import { keepLocalSession, useLocalSession } from "./local-store.ts";
import { openTokens } from "./local-tokens.ts";
import { SessionContext } from "./session.ts";
import type { Session } from "./session.ts";
import { SignInFrame } from "./sign-in-frame.tsx";

// Taken when the page is loaded and not when a component is: React may do that twice, and a ticket is good once.
const ticket = takeTicket();
const opening = ticket === null ? null : openSession(ticket);

/** Signs people in with the local identity provider, for development. */
export function LocalGate({ children }: { children: ReactNode }) {
  const local = useLocalSession();
  const arrival = useArrival();
  const session = useMemo<Session | null>(() => {
    if (local === null) return null;
    const { id, user } = local;
    const leave = () => keepLocalSession(null);
    return { user, getToken: openTokens(id, leave), signOut: () => void endSession(id).finally(leave) };
  }, [local]);

  if (arrival === "opening") return <Waiting />;
  if (session !== null) return <SessionContext value={session}>{children}</SessionContext>;
  return (
    <SignInFrame>
      <p>
        This installation runs without a Clerk account. Its local identity provider lets you be whoever you
        like.
      </p>
      {arrival instanceof Error && <p role="alert">{arrival.message}</p>}
      <a className="button primary wide" href={signInAddress(window.location.href)}>
        Sign in
      </a>
    </SignInFrame>
  );
}

/** Turns the ticket that the browser came back with into a session. */
function useArrival(): "opening" | "done" | Error {
  const [arrival, setArrival] = useState<"opening" | "done" | Error>(opening === null ? "done" : "opening");
  useEffect(() => {
    const arrive = async () => {
      if (opening !== null) keepLocalSession(await opening);
      setArrival("done");
    };
    arrive().catch((error: unknown) => setArrival(error instanceof Error ? error : new Error(String(error))));
  }, []);
  return arrival;
}

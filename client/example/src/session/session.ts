import type { GetToken } from "@gatehouse/client";
import { createContext, useContext } from "react";

/** Somebody who has signed in, whoever signed him in. */
export interface Session {
  user: SignedInUser;
  getToken: GetToken;
  signOut: () => void;
}

export interface SignedInUser {
  /** Clerk's id, `user_…`. */
  id: string;
  name: string;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("useSession is called outside of a SessionGate");
  return session;
}

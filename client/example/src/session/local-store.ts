import { useMemo, useSyncExternalStore } from "react";
import type { LocalSession } from "./local-provider.ts";

const KEY = "gatehouse-session";

/** All tabs share it, as they would share Clerk's cookie: who signs out in one has signed out in all. */
export function useLocalSession(): LocalSession | null {
  const text = useSyncExternalStore(subscribe, () => localStorage.getItem(KEY));
  return useMemo(() => (text === null ? null : read(text)), [text]);
}

/** @param session null: nobody is signed in any more */
export function keepLocalSession(session: LocalSession | null): void {
  if (session === null) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, JSON.stringify(session));
  // Browsers tell the other tabs, and not the one that wrote.
  window.dispatchEvent(new StorageEvent("storage", { key: KEY }));
}

/** Only `keepLocalSession` writes there. */
function read(text: string): LocalSession {
  const session: LocalSession = JSON.parse(text);
  return session;
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener("storage", onChange);
  return () => window.removeEventListener("storage", onChange);
}

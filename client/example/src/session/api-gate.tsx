import { createClient, isApiError } from "@gatehouse/client";
import { GatehouseProvider } from "@gatehouse/client/react";
import { QueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import type { ReactNode } from "react";
import { apiUrl } from "../settings.ts";
import { watchedFetch } from "./connection.ts";
import { useSession } from "./session.ts";

const queryClient = new QueryClient({
  // After an outage all that is shown is read again, also what was read a moment before.
  defaultOptions: { queries: { refetchOnReconnect: "always" } },
});

/** The API, called by whoever has signed in. The cache is emptied when that is somebody else. */
export function ApiGate({ children }: { children: ReactNode }) {
  const { user, getToken, signOut } = useSession();
  useEffect(() => onRevoked(signOut), [signOut]);
  const client = useMemo(() => createClient({ url: apiUrl, getToken, fetch: watchedFetch }), [getToken]);
  return (
    <GatehouseProvider client={client} userId={user.id} queryClient={queryClient}>
      {children}
    </GatehouseProvider>
  );
}

/** Somebody has closed this session from another browser, and a query is the first to hear of it. */
function onRevoked(leave: () => void): () => void {
  return queryClient.getQueryCache().subscribe((event) => {
    if (event.type !== "updated" || event.action.type !== "error") return;
    if (isApiError(event.action.error, "SESSION_REVOKED")) leave();
  });
}

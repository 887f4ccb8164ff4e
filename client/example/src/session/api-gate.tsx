import { createClient } from "@gatehouse/client";
import { GatehouseProvider } from "@gatehouse/client/react";
import { QueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
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
  const { user, getToken } = useSession();
  const client = useMemo(() => createClient({ url: apiUrl, getToken, fetch: watchedFetch }), [getToken]);
  return (
    <GatehouseProvider client={client} userId={user.id} queryClient={queryClient}>
      {children}
    </GatehouseProvider>
  );
}

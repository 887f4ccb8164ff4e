import { QueryClientProvider, useQueryClient } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState } from "react";
import type { ReactElement, ReactNode } from "react";
import type { Api } from "../generated/api.ts";

const ApiContext = createContext<Api | null>(null);

export interface GatehouseProviderProps {
  client: Api;
  /**
   * Whoever is signed in, e.g. Clerk's `userId`; null for nobody. When it changes, everything below is unmounted and the
   * whole query cache is emptied before anything is shown again: what one user has read, the next one never sees.
   */
  userId: string | null;
  /** Left out, there must be a `QueryClientProvider` above. */
  queryClient?: QueryClient;
  children?: ReactNode;
}

/** Hands the client to everything below. */
export function GatehouseProvider({ queryClient, ...rest }: GatehouseProviderProps): ReactElement {
  const signedIn = <SignedIn {...rest} />;
  if (queryClient === undefined) return signedIn;
  return <QueryClientProvider client={queryClient}>{signedIn}</QueryClientProvider>;
}

function SignedIn({ client, userId, children }: Omit<GatehouseProviderProps, "queryClient">): ReactNode {
  const queryClient = useQueryClient();
  const [cachedFor, setCachedFor] = useState(userId);

  // An effect comes after the children are gone, so nothing that is still shown fetches again for the wrong user.
  useEffect(() => {
    if (cachedFor === userId) return;
    queryClient.clear();
    setCachedFor(userId);
  }, [queryClient, cachedFor, userId]);

  if (cachedFor !== userId) return null;
  return <ApiContext.Provider value={client}>{children}</ApiContext.Provider>;
}

/** The client. @throws Error outside of a `GatehouseProvider` */
export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === null) throw new Error("useApi needs a GatehouseProvider above.");
  return api;
}

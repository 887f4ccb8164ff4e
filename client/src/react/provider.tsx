import { QueryClientProvider, useQueryClient } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useReducer } from "react";
import type { ReactElement, ReactNode } from "react";
import { forgetToken } from "../forget-token.ts";
import type { Api } from "../generated/api.ts";

const ApiContext = createContext<Api | null>(null);

/** Whose answers a cache holds, and whose tokens a client asks for. They outlive a provider that is unmounted at sign-out. */
const users = new WeakMap<QueryClient | Api, string | null>();

export interface GatehouseProviderProps {
  client: Api;
  /**
   * Whoever is signed in, e.g. Clerk's `userId`; null for nobody. When it changes, also while
   * the provider is not mounted, everything below is unmounted and the whole query cache is emptied before anything is shown again: what one user has read, the next one never sees.
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
  const [, showAgain] = useReducer((count: number) => count + 1, 0);
  // Noted before the children ask for anything: where one of them suspends, no effect may ever come.
  const isCacheTheirs = isOf(userId, queryClient);
  const isClientTheirs = isOf(userId, client);
  const isTheirs = isCacheTheirs && isClientTheirs;

  // An effect comes after the children are gone, so nothing that is still shown fetches again for the wrong user.
  useEffect(() => {
    if (isTheirs) return;
    queryClient.clear();
    forgetToken(client);
    users.set(queryClient, userId).set(client, userId);
    showAgain();
  }, [queryClient, client, userId, isTheirs]);

  if (!isTheirs) return null;
  return <ApiContext.Provider value={client}>{children}</ApiContext.Provider>;
}

/** Whoever comes first has it for his own. */
function isOf(userId: string | null, kept: QueryClient | Api): boolean {
  if (!users.has(kept)) users.set(kept, userId);
  return users.get(kept) === userId;
}

/** The client. @throws Error outside of a `GatehouseProvider` */
export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === null) throw new Error("useApi needs a GatehouseProvider above.");
  return api;
}

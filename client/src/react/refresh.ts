import type { QueryClient, QueryKey } from "@tanstack/react-query";

/** Changes that come within this time are read again together: fifty of them are one reading, not fifty. */
const GATHER_MS = 50;

export interface Refresh {
  /** These are old: those that are shown are read again, the others when they are shown. */
  mark: (keys: readonly QueryKey[]) => void;
  /** What failed for such a reason is read again. */
  again: (failedFor: (error: unknown) => boolean) => void;
  /** What was read is forgotten at once. */
  forget: (key: QueryKey) => void;
  close: () => void;
}

export function openRefresh(queryClient: QueryClient): Refresh {
  const marked = new Map<string, QueryKey>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    timer = undefined;
    for (const key of marked.values()) void readAgain(queryClient, key);
    marked.clear();
  };
  return {
    mark: (keys) => {
      for (const key of keys) marked.set(JSON.stringify(key), key);
      if (marked.size > 0) timer ??= setTimeout(flush, GATHER_MS);
    },
    again: (failedFor) => {
      void queryClient.invalidateQueries({ predicate: ({ state }) => failedFor(state.error) });
    },
    forget: (queryKey) => void queryClient.resetQueries({ queryKey }),
    close: () => {
      clearTimeout(timer);
      // Marks are not lost with the page that was shown: the next one reads what is old.
      flush();
    },
  };
}

/** A reading that fails is told by the query itself. */
async function readAgain(queryClient: QueryClient, queryKey: QueryKey): Promise<void> {
  const cache = queryClient.getQueryCache();
  // A first reading that is under way goes on, and what it answers may be from before the change.
  const underWay = new Set(
    cache.findAll({ queryKey, fetchStatus: "fetching", predicate: ({ state }) => state.data === undefined }),
  );
  await queryClient.invalidateQueries({ queryKey });
  if (underWay.size > 0) await queryClient.invalidateQueries({ predicate: (query) => underWay.has(query) });
}

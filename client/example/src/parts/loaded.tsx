import { isNetworkError } from "@gatehouse/client";
import type { ReactNode } from "react";
import { Refusal } from "./refusal.tsx";
import { Waiting } from "./waiting.tsx";

interface Query<Data> {
  data: Data | undefined;
  error: unknown;
  refetch: () => unknown;
}

/**
 * What a query has read, or why there is nothing. Data that is there stays, whatever became of the last reading. A
 * server that cannot be reached is no refusal: the banner tells of it, and the query goes on by itself.
 */
export function Loaded<Data>({
  query,
  children,
}: {
  query: Query<Data>;
  children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error === null || isNetworkError(query.error)) return <Waiting />;
  return <Refusal error={query.error} onRetry={() => void query.refetch()} />;
}

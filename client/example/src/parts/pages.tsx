import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import { Loaded } from "./loaded.tsx";

interface Query<Item> {
  data: { pages: readonly { items: readonly Item[] }[] } | undefined;
  error: unknown;
  refetch: () => unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

interface Props<Item> {
  query: Query<Item>;
  /** What stands there when there is nothing. */
  empty: ReactNode;
  children: (items: Item[]) => ReactNode;
}

/** A list that grows while it is scrolled, and by a button for everybody who does not scroll. */
export function Pages<Item>({ query, empty, children }: Props<Item>) {
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        if (items.length === 0) return empty;
        return (
          <>
            {children(items)}
            {query.hasNextPage && <More query={query} />}
          </>
        );
      }}
    </Loaded>
  );
}

function More<Item>({ query: { fetchNextPage, isFetchingNextPage } }: { query: Query<Item> }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting === true && !isFetchingNextPage) fetchNextPage();
    });
    if (button.current !== null) observer.observe(button.current);
    return () => observer.disconnect();
  }, [fetchNextPage, isFetchingNextPage]);
  return (
    <button
      ref={button}
      className="button more"
      disabled={isFetchingNextPage}
      onClick={() => fetchNextPage()}
    >
      {isFetchingNextPage ? "Loading…" : "Show more"}
    </button>
  );
}

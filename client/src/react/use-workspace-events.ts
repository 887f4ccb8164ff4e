import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { isApiError, isNetworkError } from "../errors.ts";
import type { WorkspaceEvent } from "../generated/types.ts";
import { queryKey } from "./keys.ts";
import { useApi } from "./provider.tsx";
import { openRefresh } from "./refresh.ts";
import { touchedBy } from "./touched.ts";
import { useWorkspace } from "./workspace.tsx";

/** `live` while changes come in; `offline` once the first try to come back has failed, or the server has refused. */
export type LiveState = "connecting" | "live" | "offline";

export interface WorkspaceEventsOptions {
  /** Told each event, after the queries that it touches were marked as old. */
  onEvent?: (event: WorkspaceEvent) => void;
  /** The server refused for good: the membership or the session is over. What was read of the workspace is forgotten. */
  onError?: (error: unknown) => void;
}

/**
 * Keeps what is shown of the workspace up to date: hears what changes and reads again exactly the queries which that
 * touches. Once for a workspace is enough, e.g. in its layout.
 */
export function useWorkspaceEvents(options: WorkspaceEventsOptions = {}): LiveState {
  const api = useApi();
  const { api: mine } = useWorkspace();
  const queryClient = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  const told = useRef(options);
  useEffect(() => {
    told.current = options;
  });

  useEffect(() => {
    const refresh = openRefresh(queryClient);
    let readies = 0;
    let tries = 0;
    const hear = (event: WorkspaceEvent): void => {
      switch (event.kind) {
        case "ready":
          // What was read before the first one may have changed unheard; later ones leave no gap.
          refresh.mark(readies === 0 ? [queryKey(mine)] : []);
          readies += 1;
          break;
        case "reset":
          refresh.mark([queryKey(mine)]);
          break;
        case "changed":
          refresh.mark(touchedBy(event, { api, mine }));
          break;
      }
      told.current.onEvent?.(event);
    };
    const subscribed = mine.events.subscribe.subscribe(undefined, {
      onData: hear,
      onState: (now) => {
        tries = now === "open" ? 0 : tries + 1;
        setState(now === "open" ? "live" : tries > 1 ? "offline" : "connecting");
        if (now === "open") refresh.again((error) => isNetworkError(error));
      },
      onError: (error) => {
        setState("offline");
        if (isApiError(error)) refresh.forget(queryKey(mine));
        told.current.onError?.(error);
      },
    });
    return () => {
      subscribed.unsubscribe();
      refresh.close();
    };
  }, [api, mine, queryClient]);

  return state;
}

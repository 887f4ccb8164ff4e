import type { Fetch } from "@gatehouse/client";
import { onlineManager } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { apiUrl } from "../settings.ts";

const PAUSE_MS = 1_000;
let asking = false;

/**
 * A `fetch` that notices when the server cannot be reached. TanStack Query then holds back what is asked meanwhile,
 * and asks again for all that is shown once the server answers.
 */
export const watchedFetch: Fetch = async (url, init) => {
  try {
    const response = await fetch(url, init);
    if (isAway(response)) waitForServer();
    return response;
  } catch (error) {
    // Who leaves a page ends its calls; that says nothing about the server.
    if (init?.signal?.aborted !== true) waitForServer();
    throw error;
  }
};

/** Whether the server can be reached, as far as we know. */
export function useIsOnline(): boolean {
  return useSyncExternalStore(
    (onChange) => onlineManager.subscribe(onChange),
    () => onlineManager.isOnline(),
  );
}

/** The API says 503 when it cannot work; a proxy before it says 502, 503 or 504 when it cannot reach it. */
function isAway({ status }: Response): boolean {
  return status === 502 || status === 503 || status === 504;
}

function waitForServer(): void {
  onlineManager.setOnline(false);
  if (asking) return;
  asking = true;
  const ask = async (): Promise<void> => {
    const isReady = await fetch(`${apiUrl}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (!isReady) return wait();
    asking = false;
    onlineManager.setOnline(true);
  };
  const wait = () => void setTimeout(() => void ask(), PAUSE_MS);
  wait();
}

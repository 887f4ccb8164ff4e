import { useWorkspaceEvents } from "@gatehouse/client/react";
import type { LiveState } from "@gatehouse/client/react";
import { useIsOnline } from "../session/connection.ts";

const WORDS = { connecting: "Connecting…", live: "Live", offline: "Not live" };

/**
 * Keeps what is shown of the workspace up to date, and says whether it does. A stream whose server has gone tries again
 * later and later; here a new one begins as soon as the server answers.
 */
export function LiveUpdates() {
  return useIsOnline() ? <Stream /> : <State state="offline" />;
}

function Stream() {
  return <State state={useWorkspaceEvents()} />;
}

function State({ state }: { state: LiveState }) {
  return (
    <p className={`stream ${state}`} role="status">
      {WORDS[state]}
    </p>
  );
}

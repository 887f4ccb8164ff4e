import { useWorkspaceEvents } from "@gatehouse/client/react";

const WORDS = { connecting: "Connecting…", live: "Live", offline: "Not live" };

/** Keeps what is shown of the workspace up to date, and says whether it does. */
export function LiveUpdates() {
  const state = useWorkspaceEvents();
  return (
    <p className={`live ${state}`} role="status">
      {WORDS[state]}
    </p>
  );
}

import type { Api, WorkspaceEvent } from "@gatehouse/client";
import { expect, onTestFinished, vi } from "vitest";

/** Somebody looks at a workspace's page: what he is told, and what ended it. */
export function watch(api: Api, workspaceId: string, lastEventId?: string) {
  const heard: WorkspaceEvent[] = [];
  const errors: unknown[] = [];
  const states: string[] = [];
  const subscribed = api.events.subscribe.subscribe(
    { workspaceId },
    {
      onData: (event) => heard.push(event),
      onError: (error) => errors.push(error),
      onState: (state) => states.push(state),
      ...(lastEventId === undefined ? {} : { lastEventId }),
    },
  );
  onTestFinished(() => subscribed.unsubscribe());
  const actions = () => heard.map((event) => (event.kind === "changed" ? event.action : event.kind));
  const hears = (...expected: string[]) => vi.waitFor(() => expect(actions()).toEqual(expected), 10_000);
  return { ...subscribed, heard, errors, states, actions, hears };
}

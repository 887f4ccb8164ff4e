import type { Api, WorkspaceApi } from "../generated/api.ts";
import type { WorkspaceEvent } from "../generated/types.ts";
import { queryKey } from "./keys.ts";
import type { ProcedureKey } from "./keys.ts";

export type Change = Extract<WorkspaceEvent, { kind: "changed" }>;

interface Apis {
  api: Api;
  mine: WorkspaceApi;
}
type Touched = (apis: Apis, id: string) => ProcedureKey[];

/** What is read again when such a thing has changed. */
export const TOUCHED: Readonly<Record<string, Touched>> = {
  workspace: ({ api, mine }) => [queryKey(mine.workspaces), queryKey(api.workspaces.list)],
  // It may be the reader's own role that has changed.
  member: ({ api, mine }) => [
    queryKey(mine.members),
    queryKey(mine.workspaces),
    queryKey(api.workspaces.list),
  ],
  machine: ({ mine }) => [queryKey(mine.members.listMachines)],
  invitation: ({ mine }) => [queryKey(mine.invitations)],
  project: ({ mine }, projectId) => [
    queryKey(mine.projects.list),
    queryKey(mine.projects.get, { projectId }),
  ],
  apiKey: ({ mine }, apiKeyId) => [queryKey(mine.apiKeys.list), queryKey(mine.apiKeys.get, { apiKeyId })],
  creditAccount: ({ mine }) => [queryKey(mine.credits)],
  creditEntry: ({ mine }) => [queryKey(mine.credits)],
  creditHold: ({ mine }) => [queryKey(mine.credits)],
  payment: ({ mine }) => [queryKey(mine.billing.payments)],
};

/** The keys of what a change has made old. Of a thing that this client does not know yet: everything of the workspace. */
export function touchedBy({ subject }: Change, apis: Apis): ProcedureKey[] {
  const touched = Object.hasOwn(TOUCHED, subject.type) ? TOUCHED[subject.type] : undefined;
  if (touched === undefined) return [queryKey(apis.mine)];
  // Every change leaves a line in the audit trail.
  return [...touched(apis, subject.id), queryKey(apis.mine.audit)];
}

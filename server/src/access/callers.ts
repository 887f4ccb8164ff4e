import type pg from "pg";
import type { MemoryCounts } from "../base/memory-counts.ts";
import type { Soon } from "../base/soon.ts";
import type { Changes } from "../database/changes.ts";
import { openMemory } from "../database/memory.ts";
import type { Clocks } from "../database/memory.ts";
import type { Subject } from "../database/rights.ts";
import { together } from "../database/together.ts";
import { readCallers } from "./caller-row.ts";
import type { Caller, Sought } from "./caller-row.ts";
import { readMachine, readOrganization } from "./guest-rows.ts";
import type { MachineGuest, OrganizationGuest, SoughtMachine, SoughtOrganization } from "./guest-rows.ts";

/** Who is behind a credential and what he is where he wants to go: asked at every call, answered from memory if it can be. */
export interface Callers {
  /** Null for a user who does not exist; one whose webhook has not arrived is made. */
  user(sought: Sought): Soon<Caller | null>;
  /** Null for a machine that the workspace has not let in. */
  machine(sought: SoughtMachine): Soon<MachineGuest | null>;
  /** Null for an organization that no open workspace mirrors. */
  organization(sought: SoughtOrganization): Soon<OrganizationGuest | null>;
  counts(): Readonly<Record<"callers" | "machines" | "organizations", MemoryCounts>>;
  close(): void;
}

export interface CallerTools {
  pool: pg.Pool;
  changes: Changes;
  clocks: Clocks;
  /** Makes the row of a user whose webhook has not arrived, if he exists at Clerk. */
  provision: (clerkId: string) => Promise<void>;
}

export function openCallers({ pool, changes, clocks, provision }: CallerTools): Callers {
  const callers = openMemory({ changes, clocks, about: subjectsOfCaller });
  const machines = openMemory({ changes, clocks, about: subjectsOfMachine });
  const organizations = openMemory({ changes, clocks, about: subjectsOfOrganization });

  const readCaller = together((sought: readonly Sought[]) => readCallers(sought, pool));
  const findUser = (sought: Sought): Soon<Caller | null> => {
    const { clerkId, sessionId, workspaceId } = sought;
    return callers.recall(keyOf(clerkId, sessionId, workspaceId), () => readCaller(sought));
  };
  const findOrMake = async (sought: Sought, found: Promise<Caller | null> | null): Promise<Caller | null> => {
    const known = await found;
    if (known !== null) return known;
    await provision(sought.clerkId);
    return findUser(sought);
  };
  return {
    user: (sought) => {
      const known = findUser(sought);
      return known === null || known instanceof Promise ? findOrMake(sought, known) : known;
    },
    machine: (sought) =>
      machines.recall(keyOf(sought.machineId, sought.workspaceId), () => readMachine(sought, pool)),
    organization: (sought) =>
      organizations.recall(keyOf(sought.organizationId, sought.createdBy), () =>
        readOrganization(sought, pool),
      ),
    counts: () => ({
      callers: callers.counts(),
      machines: machines.counts(),
      organizations: organizations.counts(),
    }),
    close: () => {
      for (const each of [callers, machines, organizations]) each.close();
    },
  };
}

/** Ids that somebody else makes up must not run into each other: each but the last says how long it is. */
function keyOf(first: string, second: string | null, third: string | null = null): string {
  return `${first.length} ${first}${second === null ? "" : `${second.length} ${second}`}|${third ?? ""}`;
}

/** That somebody is not in a workspace is not remembered: he could ask about any number of them. */
function subjectsOfCaller({ user, sought, membership }: Caller): Subject[] | null {
  if (sought.workspaceId !== null && membership === null) return null;
  return [
    `user:${user.id}`,
    ...(sought.sessionId === null ? [] : ([`session:${sought.sessionId}`] as const)),
    ...(membership === null ? [] : ([`workspace:${membership.workspace.id}`] as const)),
  ];
}

function subjectsOfMachine({ machineId, workspace }: MachineGuest): Subject[] {
  return [`machine:${machineId}`, `workspace:${workspace.id}`];
}

/** A maker who may do nothing here is not remembered: what would tell that he may is unknown. */
function subjectsOfOrganization({ workspace, createdBy, maker }: OrganizationGuest): Subject[] | null {
  if (createdBy === null) return [`workspace:${workspace.id}`];
  return maker === null ? null : [`workspace:${workspace.id}`, `user:${maker.userId}`];
}

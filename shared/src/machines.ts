import { z } from "zod";
import { Id, Instant, inWorkspace } from "./fields.ts";
import { pageInput, pageOf } from "./paging.ts";

/** A machine as Clerk names it. */
const MachineId = z.string().regex(/^mch_\w{1,100}$/, "Expected a machine id of Clerk: mch_…");

/** What a machine may be. Nobody owns a workspace but people. */
const MachineRole = z.enum(["admin", "member", "viewer"]);

export const MachineMember = z
  .object({
    id: Id,
    machineId: z.string(),
    role: MachineRole,
    addedAt: Instant,
  })
  .meta({ id: "MachineMember" });
export type MachineMember = z.infer<typeof MachineMember>;

export const AddMachine = z.strictObject({ ...inWorkspace, machineId: MachineId, role: MachineRole });
export type AddMachine = z.infer<typeof AddMachine>;

export const ListMachines = z.strictObject({ ...inWorkspace, ...pageInput });
export type ListMachines = z.infer<typeof ListMachines>;

export const RemoveMachine = z.strictObject({ ...inWorkspace, machineId: MachineId });
export type RemoveMachine = z.infer<typeof RemoveMachine>;

export const MachinePage = pageOf(MachineMember).meta({ id: "MachinePage" });

/** A machine that can no longer enter. */
export const RemovedMachine = z
  .object({ machineId: z.string(), removed: z.literal(true) })
  .meta({ id: "RemovedMachine" });
export type RemovedMachine = z.infer<typeof RemovedMachine>;

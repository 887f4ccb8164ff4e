import {
  AddMachine,
  ListMachines,
  MachineMember,
  MachinePage,
  RemovedMachine,
  RemoveMachine,
} from "@gatehouse/shared";
import { workspaceProcedure } from "../../trpc/procedures.ts";
import { addMachine, listMachines, removeMachine } from "./operations.ts";

/** Members that are no people: a part of `members`. */
export const machineProcedures = {
  addMachine: workspaceProcedure
    .meta({
      permission: "members:manage",
      feature: "machines",
      rest: { method: "POST", path: "/machines" },
      errors: ["TIER_REQUIRED", "ALREADY_MEMBER", "ROLE_ESCALATION"],
      summary: "Let a machine of the Clerk instance into the workspace",
    })
    .input(AddMachine)
    .output(MachineMember)
    .mutation(({ ctx, input }) => addMachine(ctx, input)),

  listMachines: workspaceProcedure
    .meta({
      permission: "members:read",
      rest: { method: "GET", path: "/machines" },
      summary: "The machines that may enter the workspace, the newest first",
    })
    .input(ListMachines)
    .output(MachinePage)
    .query(({ ctx, input }) => listMachines(ctx, input)),

  removeMachine: workspaceProcedure
    .meta({
      permission: "members:manage",
      rest: { method: "DELETE", path: "/machines/{machineId}" },
      errors: ["NOT_FOUND"],
      summary: "Let a machine in no longer",
    })
    .input(RemoveMachine)
    .output(RemovedMachine)
    .mutation(({ ctx, input }) => removeMachine(ctx, input)),
};

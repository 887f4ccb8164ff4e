import { isNonJsonSerializable } from "@trpc/client";
import type { TRPCUntypedClient } from "@trpc/client";
import type { AnyRouter } from "@trpc/server";
import type { AdminApi, Api, WorkspaceApi } from "./generated/api.ts";
import type { CallOptions } from "./generated/call.ts";
import type { PROCEDURES } from "./generated/procedures.ts";
import { readError } from "./read-error.ts";
import { withinLimits } from "./time-limit.ts";

type Table = typeof PROCEDURES;
type Untyped = TRPCUntypedClient<AnyRouter>;
type Call = (input?: object, options?: CallOptions) => Promise<unknown>;
/** What a call is held to that does not say so itself. */
interface Defaults {
  timeoutSeconds: number;
}
interface Tools {
  table: Table;
  client: Untyped;
  defaults: Defaults;
}
interface Branch {
  [name: string]: Branch | Call | ((workspaceId: string) => Branch);
}

/**
 * The procedures of the table as a tree of plain objects. Not a proxy: a misspelt name is undefined, `await api`
 * does not call a procedure named "then", and a debugger shows what there is.
 */
export function buildApi(table: Table, client: Untyped, defaults: Defaults): Api & WorkspaceApi & AdminApi {
  const tools = { table, client, defaults };
  const workspace = (workspaceId: string) => grow(tools, { workspaceId });
  const api = { ...grow(tools, {}), workspace };
  // The interfaces are printed from the same router as the table, and a type test compares both with it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return api as unknown as Api & WorkspaceApi & AdminApi;
}

function grow(tools: Tools, filledIn: { workspaceId?: string }): Branch {
  const root: Branch = {};
  const boundOnly = filledIn.workspaceId !== undefined;
  for (const [path, [kind, guard]] of Object.entries(tools.table)) {
    if (boundOnly && guard !== "workspace" && guard !== "public") continue;
    const known = guard === "workspace" ? filledIn : {};
    const send: Call = (input, options) =>
      call(
        tools,
        { kind, path, input: isNonJsonSerializable(input) ? input : { ...input, ...known } },
        options,
      );
    branchOf(root, path)[kind === "query" ? "query" : "mutate"] = send;
  }
  return root;
}

function branchOf(root: Branch, path: string): Branch {
  let here = root;
  for (const name of path.split(".")) {
    const next = here[name];
    const child: Branch = typeof next === "object" ? next : {};
    here[name] = child;
    here = child;
  }
  return here;
}

async function call(
  { client, defaults }: Tools,
  { kind, path, input }: { kind: "query" | "mutation"; path: string; input: unknown },
  { signal, timeoutSeconds = defaults.timeoutSeconds }: CallOptions = {},
): Promise<unknown> {
  try {
    return await withinLimits({ signal, timeoutSeconds }, (ending) =>
      client[kind](path, input, { signal: ending }),
    );
  } catch (error) {
    throw readError(error, signal);
  }
}

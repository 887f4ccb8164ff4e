import { isNonJsonSerializable } from "@trpc/client";
import type { TRPCUntypedClient } from "@trpc/client";
import type { AnyRouter } from "@trpc/server";
import type { AdminApi, Api, WorkspaceApi } from "./generated/api.ts";
import type { CallOptions, Listener, Subscribed } from "./generated/call.ts";
import type { PROCEDURES } from "./generated/procedures.ts";
import { setPlace } from "./place.ts";
import { readError } from "./read-error.ts";
import { withinLimits } from "./time-limit.ts";
import type { Watch } from "./watch.ts";

type Table = typeof PROCEDURES;
type Untyped = TRPCUntypedClient<AnyRouter>;
type Call = (input?: object, options?: CallOptions) => Promise<unknown>;
type Subscribe = (input: object | undefined, listener: Listener<unknown>) => Subscribed;

export interface Tools {
  client: Untyped;
  watch: Watch;
  /** How long a call may take that does not say so itself. */
  timeoutSeconds: number;
}
interface Branch {
  [name: string]: Branch | Call | Subscribe | ((workspaceId: string) => Branch);
}

/**
 * The procedures of the table as a tree of plain objects. Not a proxy: a misspelt name is undefined, `await api`
 * does not call a procedure named "then", and a debugger shows what there is.
 */
export function buildApi(table: Table, tools: Tools): Api & WorkspaceApi & AdminApi {
  const workspace = (workspaceId: string) => grow(table, tools, { workspaceId });
  const api = Object.assign(grow(table, tools, {}), { workspace });
  // The interfaces are printed from the same router as the table, and a type test compares both with it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return api as unknown as Api & WorkspaceApi & AdminApi;
}

function grow(table: Table, tools: Tools, filledIn: { workspaceId?: string }): Branch {
  const root: Branch = {};
  setPlace(root, { path: [], input: filledIn });
  const boundOnly = filledIn.workspaceId !== undefined;
  for (const [path, [kind, guard]] of Object.entries(table)) {
    if (boundOnly && guard !== "workspace" && guard !== "public") continue;
    const known = guard === "workspace" ? filledIn : {};
    const branch = branchOf(root, path.split("."), { filledIn, known });
    if (kind === "subscription") {
      const subscribe: Subscribe = (input, listener) =>
        tools.watch({ path, input: { ...input, ...known } }, listener);
      branch["subscribe"] = subscribe;
      continue;
    }
    const send: Call = (input, options) =>
      call(
        tools,
        { kind, path, input: isNonJsonSerializable(input) ? input : { ...input, ...known } },
        options,
      );
    branch[kind === "query" ? "query" : "mutate"] = send;
  }
  return root;
}

function branchOf(
  root: Branch,
  path: readonly string[],
  { filledIn, known }: { filledIn: object; known: object },
): Branch {
  let here = root;
  for (const [depth, name] of path.entries()) {
    const next = here[name];
    const child: Branch = typeof next === "object" ? next : {};
    const isProcedure = depth === path.length - 1;
    setPlace(child, { path: path.slice(0, depth + 1), input: { ...(isProcedure ? known : filledIn) } });
    here[name] = child;
    here = child;
  }
  return here;
}

async function call(
  { client, ...defaults }: Tools,
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

import type { TRPCUntypedClient } from "@trpc/client";
import type { AnyRouter } from "@trpc/server";
import { AbortError } from "./errors.ts";
import type { AdminApi, Api, WorkspaceApi } from "./generated/api.ts";
import type { CallOptions } from "./generated/call.ts";
import type { PROCEDURES } from "./generated/procedures.ts";
import { readError } from "./read-error.ts";

type Table = typeof PROCEDURES;
type Untyped = TRPCUntypedClient<AnyRouter>;
type Call = (input?: object, options?: CallOptions) => Promise<unknown>;
interface Branch {
  [name: string]: Branch | Call | ((workspaceId: string) => Branch);
}

/**
 * The procedures of the table as a tree of plain objects. Not a proxy: a misspelt name is undefined, `await api`
 * does not call a procedure named "then", and a debugger shows what there is.
 */
export function buildApi(table: Table, client: Untyped): Api & WorkspaceApi & AdminApi {
  const workspace = (workspaceId: string) => grow(table, client, { workspaceId });
  const api = { ...grow(table, client, {}), workspace };
  // The interfaces are printed from the same router as the table, and a type test compares both with it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return api as unknown as Api & WorkspaceApi & AdminApi;
}

function grow(table: Table, client: Untyped, filledIn: { workspaceId?: string }): Branch {
  const root: Branch = {};
  const boundOnly = filledIn.workspaceId !== undefined;
  for (const [path, [kind, guard]] of Object.entries(table)) {
    if (boundOnly && guard !== "workspace" && guard !== "public") continue;
    const known = guard === "workspace" ? filledIn : {};
    const send: Call = (input, options) =>
      call(client, { kind, path, input: { ...input, ...known } }, options);
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
  client: Untyped,
  { kind, path, input }: { kind: "query" | "mutation"; path: string; input: object },
  { signal }: CallOptions = {},
): Promise<unknown> {
  if (signal?.aborted === true) throw new AbortError(signal.reason);
  try {
    return await untilAborted(client[kind](path, input, signal === undefined ? {} : { signal }), signal);
  } catch (error) {
    throw readError(error, signal);
  }
}

/** tRPC aborts a batch only when all of its calls are aborted; the caller of one of them need not wait for that. */
function untilAborted(answer: Promise<unknown>, signal: AbortSignal | undefined): Promise<unknown> {
  if (signal === undefined) return answer;
  return new Promise((resolve, reject) => {
    const stop = () => reject(new AbortError(signal.reason));
    signal.addEventListener("abort", stop, { once: true });
    void answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

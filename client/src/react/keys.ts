import type { ErrorCode } from "../generated/errors.ts";
import type { Query } from "../generated/call.ts";
import { placeOf } from "../place.ts";

/** What TanStack Query keeps an answer under: the path of the procedure, and its whole input. */
export type ProcedureKey = readonly ["gatehouse", path: readonly string[], details?: KeyDetails];

interface KeyDetails {
  input?: Readonly<Record<string, unknown>>;
  /** A list that grows page by page is another value than one page of it. */
  type?: "query" | "infinite";
}

/**
 * Names everything that is kept of a part of the API, for `invalidateQueries` and its like: of a whole client, a group
 * of procedures, a procedure, or a procedure with some of its input. What `api.workspace(id)` gives names what is kept
 * of that workspace. For `getQueryData` and `setQueryData`, which mean one answer, take
 * `queryOptions(procedure, input).queryKey`.
 *
 * @example await queryClient.invalidateQueries({ queryKey: queryKey(api.workspace(id).projects) });
 * @throws TypeError for what is no part of a client
 */
export function queryKey<Input>(
  procedure: Query<Input, unknown, ErrorCode>,
  input: Partial<Exclude<Input, void>>,
): ProcedureKey;
export function queryKey(part: object): ProcedureKey;
export function queryKey(part: object, given: object = {}): ProcedureKey {
  const { path, input: filledIn } = placeOf(part);
  const input = { ...given, ...filledIn };
  return Object.keys(input).length === 0 ? ["gatehouse", path] : ["gatehouse", path, { input }];
}

/** The key of one answer. */
export function answerKey(procedure: object, input: object | void, type: "query" | "infinite"): ProcedureKey {
  const { path, input: filledIn } = placeOf(procedure);
  return ["gatehouse", path, { input: { ...input, ...filledIn }, type }];
}

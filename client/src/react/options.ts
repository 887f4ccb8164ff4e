import type { DataTag, InfiniteData, UseMutationOptions } from "@tanstack/react-query";
import type { ApiError, NetworkError } from "../errors.ts";
import type { Mutation, Query } from "../generated/call.ts";
import type { ErrorCode } from "../generated/errors.ts";
import { answerKey, queryKey } from "./keys.ts";
import type { ProcedureKey } from "./keys.ts";

/** What a call fails with; `isApiError` and `isNetworkError` tell the two apart. */
export type CallError<Code extends ErrorCode = ErrorCode> = ApiError<Code> | NetworkError;

/** An input that may be left out need not be given. */
type Given<Input> = void extends Input ? [input?: Input] : [input: Input];

interface Options<Data, Failure> {
  queryKey: DataTag<ProcedureKey, Data, Failure>;
  /** The client itself sends again what is worth it, and three times three would be nine. */
  retry: false;
  /** Not set here; by its type TanStack Query knows what the call fails with. */
  throwOnError?: (error: Failure) => boolean;
}

export interface QueryOptions<Output, Failure> extends Options<Output, Failure> {
  queryFn: (context: { signal: AbortSignal }) => Promise<Output>;
}

/**
 * A query for `useQuery`, `useSuspenseQuery`, `prefetchQuery` and the rest of TanStack Query. Its other options are
 * written beside it.
 *
 * @example useQuery({ ...queryOptions(api.projects.get, { workspaceId, projectId }), staleTime: 60_000 })
 */
export function queryOptions<Input, Output, Code extends ErrorCode>(
  procedure: Query<Input, Output, Code>,
  ...[input]: Given<Input>
): QueryOptions<Output, CallError<Code>> {
  const key = answerKey(procedure, objectOf(input), "query");
  return {
    // The tag is for the compiler alone: it tells `getQueryData` what is kept under the key.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    queryKey: key as DataTag<ProcedureKey, Output, CallError<Code>>,
    // An input that may be left out is `void` among others, and then it was.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    queryFn: ({ signal }) => procedure.query(input as Input, { signal }),
    retry: false,
  };
}

interface Page {
  nextCursor: string | null;
}

export interface InfiniteQueryOptions<Output extends Page, Failure> extends Options<
  InfiniteData<Output, string | null>,
  Failure
> {
  queryFn: (context: { signal: AbortSignal; pageParam: string | null }) => Promise<Output>;
  initialPageParam: string | null;
  getNextPageParam: (lastPage: Output) => string | null;
}

/** What a list takes beside the cursor, which is not the caller's business here. */
type Listed<Input> = Omit<Exclude<Input, void>, "cursor">;
type GivenList<Input> = void extends Input ? [input?: Listed<Input>] : [input: Listed<Input>];

/**
 * A list that grows page by page, for `useInfiniteQuery`.
 *
 * @example
 * const list = useInfiniteQuery(infiniteQueryOptions(api.projects.list, { workspaceId }));
 * const projects = list.data?.pages.flatMap((page) => page.items) ?? [];
 */
export function infiniteQueryOptions<Input, Output extends Page, Code extends ErrorCode>(
  procedure: Query<Input, Output, Code>,
  ...[input]: GivenList<Input>
): InfiniteQueryOptions<Output, CallError<Code>> {
  const key = answerKey(procedure, objectOf(input), "infinite");
  return {
    // The tag is for the compiler alone, as above.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    queryKey: key as DataTag<ProcedureKey, InfiniteData<Output, string | null>, CallError<Code>>,
    queryFn: ({ signal, pageParam }) => {
      const page = pageParam === null ? { ...input } : { ...input, cursor: pageParam };
      // The input without its cursor, and the cursor, are the input.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return procedure.query(page as Input, { signal });
    },
    initialPageParam: null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    retry: false,
  };
}

/**
 * A mutation for `useMutation`, with what shall happen before and after it.
 *
 * @example
 * const create = useMutation(mutationOptions(api.projects.create, { onSuccess: (project) => open(project.id) }));
 * create.mutate({ workspaceId, name: "Atlas" });
 */
export function mutationOptions<Input, Output, Code extends ErrorCode, Before = unknown>(
  procedure: Mutation<Input, Output, Code>,
  options: Omit<
    UseMutationOptions<Output, CallError<Code>, Input, Before>,
    "mutationFn" | "mutationKey"
  > = {},
): UseMutationOptions<Output, CallError<Code>, Input, Before> {
  return {
    ...options,
    mutationKey: queryKey(procedure),
    mutationFn: (input) => procedure.mutate(input),
  };
}

function objectOf(input: unknown): object | undefined {
  return typeof input === "object" && input !== null ? input : undefined;
}

// Checked by the compiler (`tsc -b`), never run: each line that must not compile says so, and fails if it does.
import { errorOf, isApiError, isNetworkError } from "@gatehouse/client";
import type {
  Api,
  ApiError,
  ErrorsOf,
  GetToken,
  NetworkError,
  Project,
  WorkspaceErrors,
} from "@gatehouse/client";
import {
  GatehouseProvider,
  infiniteQueryOptions,
  mutationOptions,
  queryKey,
  queryOptions,
  useCan,
} from "@gatehouse/client/react";
import {
  useInfiniteQuery,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
  useSuspenseInfiniteQuery,
  useSuspenseQuery,
} from "@tanstack/react-query";
import type { useAuth } from "@clerk/react";
import { expectTypeOf } from "vitest";

declare const api: Api;
declare const workspaceId: string;
declare const projectId: string;
type Auth = ReturnType<typeof useAuth>;
declare const auth: Auth;
const mine = api.workspace(workspaceId);

interface ProjectPage {
  items: Project[];
  nextCursor: string | null;
}
type ListError = ApiError<WorkspaceErrors> | NetworkError;
type GetError = ApiError<WorkspaceErrors | "NOT_FOUND"> | NetworkError;

// Clerk's `getToken` is a `getToken`.
expectTypeOf<Auth["getToken"]>().toExtend<GetToken>();
export const signedIn = auth.isLoaded && <GatehouseProvider client={api} userId={auth.userId} />;
// @ts-expect-error Whose answers are kept has to be said.
export const forgotten = <GatehouseProvider client={api} />;

export function Queries(): null {
  const queryClient = useQueryClient();

  // Outputs and errors.
  const list = useQuery(queryOptions(api.projects.list, { workspaceId }));
  expectTypeOf(list.data).toEqualTypeOf<ProjectPage | undefined>();
  expectTypeOf(list.error).toEqualTypeOf<ListError | null>();
  const bound = useSuspenseQuery(queryOptions(mine.projects.list));
  expectTypeOf(bound.data).toEqualTypeOf<ProjectPage>();
  const one = useQuery({ ...queryOptions(mine.projects.get, { projectId }), select: ({ name }) => name });
  expectTypeOf(one.data).toEqualTypeOf<string | undefined>();
  expectTypeOf(one.error).toEqualTypeOf<GetError | null>();
  const [me, plans] = useQueries({ queries: [queryOptions(api.me.get), queryOptions(api.billing.plans)] });
  expectTypeOf(me.data?.email).toEqualTypeOf<string | null | undefined>();
  expectTypeOf(plans.data?.items[0]?.credits).toEqualTypeOf<number | undefined>();

  // What is kept.
  const key = queryOptions(mine.projects.get, { projectId }).queryKey;
  expectTypeOf(queryClient.getQueryData(key)).toEqualTypeOf<Project | undefined>();
  queryClient.setQueryData(key, (project) => project && { ...project, name: "Atlas" });
  void queryClient.invalidateQueries({ queryKey: queryKey(api.projects) });
  void queryClient.invalidateQueries({ queryKey: queryKey(api.projects.get, { projectId }) });
  // @ts-expect-error Nothing of this name is in the input.
  queryKey(api.projects.get, { name: "Atlas" });

  // Inputs.
  // @ts-expect-error The workspace has to be said.
  queryOptions(api.projects.list);
  // @ts-expect-error It is filled in already.
  queryOptions(mine.projects.get, { workspaceId, projectId });
  // @ts-expect-error Nothing else can be asked for.
  queryOptions(api.projects.list, { workspaceId, colour: "red" });
  // @ts-expect-error A mutation is no query.
  queryOptions(api.projects.create, { workspaceId, name: "Atlas" });
  // @ts-expect-error Words of the API only.
  useCan("projects:paint");

  return null;
}

export function Lists(): null {
  const list = useInfiniteQuery(infiniteQueryOptions(api.projects.list, { workspaceId }));
  expectTypeOf(list.data?.pages).toEqualTypeOf<ProjectPage[] | undefined>();
  expectTypeOf(list.error).toEqualTypeOf<ListError | null>();
  const bound = useSuspenseInfiniteQuery(infiniteQueryOptions(mine.projects.list));
  expectTypeOf(bound.data.pages).toEqualTypeOf<ProjectPage[]>();
  // @ts-expect-error The cursor is not the caller's business.
  infiniteQueryOptions(api.projects.list, { workspaceId, cursor: "" });
  // @ts-expect-error It has no pages.
  infiniteQueryOptions(api.me.get);
  return null;
}

/** Complete without a default: a code more, and it would not compile. */
export function explain(code: Exclude<ErrorsOf<typeof api.projects.update>, WorkspaceErrors>): string {
  switch (code) {
    case "NOT_FOUND":
      return "It is gone.";
    case "VERSION_CONFLICT":
      return "Somebody else changed it.";
  }
}

export function Mutations(): string {
  const update = useMutation(
    mutationOptions(api.projects.update, {
      onMutate: ({ name }) => ({ before: name }),
      onSuccess: (project) => void project.version,
      onError: (error, _input, before) => {
        if (isApiError(error, "VERSION_CONFLICT"))
          expectTypeOf(before).toEqualTypeOf<{ before: string | undefined } | undefined>();
      },
    }),
  );
  update.mutate({ workspaceId, projectId, name: "Atlas" });
  // @ts-expect-error A name is a text.
  update.mutate({ workspaceId, projectId, name: 1 });
  // @ts-expect-error A query is no mutation.
  mutationOptions(api.projects.get);
  useMutation(mutationOptions(api.me.delete)).mutate();

  const { error } = update;
  if (error === null || isNetworkError(error)) return "";
  expectTypeOf(error.code).toEqualTypeOf<ErrorsOf<typeof api.projects.update>>();
  switch (error.code) {
    case "NOT_FOUND":
    case "VERSION_CONFLICT":
      return explain(error.code);
    // @ts-expect-error This procedure cannot answer it.
    case "SLUG_TAKEN":
      return "";
    default:
      return errorOf<typeof api.projects.update>(error).message;
  }
}

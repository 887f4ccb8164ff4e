// Checked by the compiler (`tsc -b`), never run: each line that must not compile says so, and fails if it does.
import { createClient, errorOf, isApiError } from "@gatehouse/client";
import type { Api, ErrorsOf, InputOf, OutputOf, Project, WorkspaceErrors } from "@gatehouse/client";
import { expectTypeOf } from "vitest";

declare const api: Api;
declare const error: unknown;
declare const workspaceId: string;
declare const projectId: string;
const url = "https://api.example.com";

// Inputs.
type Update = InputOf<typeof api.projects.update>;
expectTypeOf<Update["workspaceId"]>().toEqualTypeOf<string>();
expectTypeOf<{ workspaceId: string; projectId: string }>().toExtend<Update>();
// @ts-expect-error A name is a text.
void api.projects.update.mutate({ workspaceId, projectId, name: 1 });
// @ts-expect-error Nothing else can be assigned.
void api.projects.update.mutate({ workspaceId, projectId, ownerId: "me" });
// @ts-expect-error The workspace is filled in already.
void api.workspace(workspaceId).projects.get.query({ workspaceId, projectId });
// @ts-expect-error An option that no call has.
void api.me.get.query(undefined, { patience: 1 });

// Outputs.
expectTypeOf<OutputOf<typeof api.projects.get>>().toEqualTypeOf<Project>();
expectTypeOf(api.projects.list.query({ workspaceId })).resolves.toEqualTypeOf<{
  items: Project[];
  nextCursor: string | null;
}>();
// Instants are texts: nothing turns them into dates on the way.
expectTypeOf<Project["createdAt"]>().toEqualTypeOf<string>();

// Errors.
expectTypeOf<ErrorsOf<typeof api.projects.update>>().toEqualTypeOf<
  WorkspaceErrors | "NOT_FOUND" | "VERSION_CONFLICT"
>();
if (isApiError(error, "LAST_OWNER")) expectTypeOf(error.code).toEqualTypeOf<"LAST_OWNER">();
// @ts-expect-error No procedure answers this.
isApiError(error, "LAST_STRAW");

/** Complete without a default: a code more, and it would not compile. */
export function explain(code: Exclude<ErrorsOf<typeof api.projects.update>, WorkspaceErrors>): string {
  switch (code) {
    case "NOT_FOUND":
      return "It is gone.";
    case "VERSION_CONFLICT":
      return "Somebody else changed it.";
  }
}

export function explainMore(caught: unknown): string {
  switch (errorOf<typeof api.projects.update>(caught).code) {
    // @ts-expect-error This procedure cannot answer it.
    case "SLUG_TAKEN":
      return "";
    default:
      return "";
  }
}

// Credentials.
expectTypeOf(createClient({ url, getToken: () => null })).toExtend<Api>();
// @ts-expect-error A key's workspace is known, and so it is not asked for.
void createClient({ url, apiKey: "gk_1" }).projects.list.query({ workspaceId });
// @ts-expect-error One credential, not two.
createClient({ url, apiKey: "gk_1", getToken: () => null });

import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { describeApi } from "../../server/src/cli/generate/describe-api.ts";
import type { ApiDescription } from "../../server/src/cli/generate/describe-api.ts";
import { appRouter } from "../../server/src/router.ts";
import { breakingChanges, mayBreak } from "../support/client-changes.ts";

const read = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(`../../client/${path}`, import.meta.url), "utf8"));

test("code that was written against the last release of the client still compiles and is understood", async () => {
  const released = (await read("released.json")) as ApiDescription;
  const { version } = (await read("package.json")) as { version: string };
  if (mayBreak(released.version, version)) return;

  const broken = breakingChanges(released, describeApi(appRouter, version));

  const advice = [
    `This breaks code that was written against @gatehouse/client ${released.version}. Take it back, or raise the version`,
    "in client/package.json to one that may break. If that version was never published, `npm run release`.",
  ].join(" ");
  expect(broken, advice).toEqual([]);
});

test.each([
  ["0.1.0", "0.1.0", false],
  ["0.1.0", "0.1.7", false],
  ["0.1.0", "0.2.0", true],
  ["0.9.0", "1.0.0", true],
  ["1.2.0", "1.3.0", false],
  ["1.2.0", "2.0.0", true],
  ["2.0.0", "1.9.0", false],
])("after %s, version %s may break what was written before: %s", (released, version, may) => {
  expect(mayBreak(released, version)).toBe(may);
});

type Field = Record<string, unknown>;
type Fields = Record<string, Field>;

const today = (): ApiDescription => structuredClone(describeApi(appRouter, "0.1.0"));
/** Parts of a description, to be changed in place. */
const procedure = (api: ApiDescription, path: string) => api.procedures[path]!;
const input = (api: ApiDescription, path: string) => procedure(api, path).input;
const taken = (api: ApiDescription, path: string) => input(api, path).properties as Fields;
const answered = (api: ApiDescription, name: string) => api.types.output[name]!;
const fields = (api: ApiDescription, name: string) => answered(api, name).properties as Fields;

describe("is breaking, and told:", () => {
  test.each<[what: string, change: (api: ApiDescription) => unknown, told: string]>([
    [
      "a procedure that is gone",
      (api) => delete api.procedures["projects.archive"],
      "projects.archive is gone",
    ],
    [
      "a query that has become a mutation",
      (api) => (procedure(api, "projects.list").kind = "mutation"),
      "projects.list was a query and is a mutation",
    ],
    [
      "a procedure for other callers",
      (api) => (procedure(api, "me.get").guard = "admin"),
      "me.get was for protected callers and is for admin ones",
    ],
    [
      "a field that is missing in an answer",
      (api) => delete fields(api, "Project")["version"],
      "projects.get answer has no version",
    ],
    [
      "the same in a list",
      (api) => delete fields(api, "Project")["version"],
      "projects.list answer.items[] has no version",
    ],
    [
      "a field that may be missing in an answer",
      (api) => (answered(api, "Project").required = ["id"]),
      "projects.get answer may lack name",
    ],
    [
      "an answer that may be null now",
      (api) => (fields(api, "Project")["name"] = { anyOf: [{ type: "string" }, { type: "null" }] }),
      "projects.get answer.name can now be null",
    ],
    [
      "a word that an answer did not have",
      (api) =>
        (fields(api, "Workspace")["tier"] = {
          type: "string",
          enum: ["lite", "standard", "professional", "gold"],
        }),
      'workspaces.get answer.tier can now be "gold"',
    ],
    [
      "an answer of another type",
      (api) => (fields(api, "Project")["version"] = { type: "string" }),
      "projects.get answer.version can now be string",
    ],
    [
      "an input that is newly needed",
      (api) => input(api, "projects.create").required!.push("description"),
      "projects.create input now needs description",
    ],
    [
      "an input that is no longer taken",
      (api) => delete taken(api, "projects.create")["description"],
      "projects.create input no longer takes description",
    ],
    [
      "an input of another type",
      (api) => (taken(api, "projects.create")["name"] = { type: "integer" }),
      "projects.create input.name can no longer be string",
    ],
    [
      "an input that may not be as long",
      (api) => (taken(api, "projects.create")["name"]!["maxLength"] = 100),
      "projects.create input.name has maxLength 100, and had 200",
    ],
    [
      "an input with a form that it did not need",
      (api) => (taken(api, "projects.create")["name"]!["pattern"] = "^[a-z]+$"),
      'projects.create input.name has pattern "^[a-z]+$", and had none',
    ],
    [
      "a word that an input does not have any more",
      (api) =>
        (taken(api, "members.updateRole")["role"] = { type: "string", enum: ["owner", "admin", "member"] }),
      'members.updateRole input.role can no longer be "viewer"',
    ],
  ])("%s", (_what, change, told) => {
    const changed = today();
    change(changed);
    expect(breakingChanges(today(), changed)).toContain(told);
  });
});

describe("breaks nobody:", () => {
  test.each<[what: string, change: (api: ApiDescription) => unknown]>([
    ["nothing at all", () => undefined],
    [
      "a new procedure",
      (api) => (api.procedures["projects.copy"] = { ...procedure(api, "projects.create") }),
    ],
    ["a procedure that everybody may call now", (api) => (procedure(api, "me.get").guard = "public")],
    ["a new optional input", (api) => (taken(api, "projects.create")["colour"] = { type: "string" })],
    ["an input that may be left out now", (api) => (input(api, "projects.create").required = [])],
    ["an input that may be longer", (api) => (taken(api, "projects.create")["name"]!["maxLength"] = 300)],
    [
      "an input that may be null now",
      (api) => (taken(api, "projects.create")["name"] = { anyOf: [{ type: "string" }, { type: "null" }] }),
    ],
    [
      "a new word of an input",
      (api) =>
        (taken(api, "members.updateRole")["role"] = {
          type: "string",
          enum: ["owner", "admin", "member", "viewer", "guest"],
        }),
    ],
    ["a new field of an answer", (api) => (fields(api, "Project")["colour"] = { type: "string" })],
    [
      "a word that an answer does not have any more",
      (api) => (fields(api, "Workspace")["tier"] = { type: "string", enum: ["lite"] }),
    ],
  ])("%s", (_what, change) => {
    const changed = today();
    change(changed);
    expect(breakingChanges(today(), changed)).toEqual([]);
  });
});

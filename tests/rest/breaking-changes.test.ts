import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { printOpenApi } from "../../server/src/rest/openapi/document.ts";
import { appRouter } from "../../server/src/router.ts";
import { breakingChanges } from "../support/api-changes.ts";
import type { Description } from "../support/api-changes.ts";

/** `npm run release` leaves the description here. */
const RELEASED = new URL("../../docs/released/openapi.json", import.meta.url);

const now = (): Description => JSON.parse(printOpenApi(appRouter)) as Description;

test("nothing breaks for programs that were written against the last release", async () => {
  const released = JSON.parse(await readFile(RELEASED, "utf8")) as Description;

  const advice = "Take it back. If that version was never published, `npm run release`.";
  expect(breakingChanges(released, now()), advice).toEqual([]);
});

test("the same description breaks nothing", () => {
  expect(breakingChanges(now(), now())).toEqual([]);
});

const project = (document: Description) => document.components.schemas["Project"]!;
const body = (document: Description) => document.components.schemas["ProjectsCreateBody"]!;

test.each<[what: string, change: (document: Description) => void, told: string]>([
  [
    "an operation that is gone",
    (d) => delete d.paths["/api/v1/projects"]!["get"],
    "GET /api/v1/projects is gone",
  ],
  [
    "a field that is gone",
    (d) => delete project(d).properties!["version"],
    "GET /api/v1/projects/{project_id} answer has no version",
  ],
  [
    "a field that may be missing",
    (d) => (project(d).required = ["id"]),
    "GET /api/v1/projects/{project_id} answer may lack name",
  ],
  [
    "a field of another type",
    (d) => (project(d).properties!["version"] = { type: "string" }),
    "GET /api/v1/projects/{project_id} answer.version can now be string",
  ],
  [
    "a field in a list",
    (d) => delete project(d).properties!["name"],
    "GET /api/v1/projects answer.items[] has no name",
  ],
  [
    "an input that is newly needed",
    (d) => body(d).required!.push("description"),
    "POST /api/v1/projects body now needs description",
  ],
  [
    "an input that is no longer taken",
    (d) => delete body(d).properties!["description"],
    "POST /api/v1/projects body no longer takes description",
  ],
  [
    "an input of another type",
    (d) => (body(d).properties!["name"] = { type: "integer" }),
    "POST /api/v1/projects body.name can no longer be string",
  ],
  [
    "a parameter that is newly needed",
    (d) =>
      d.paths["/api/v1/projects"]!["get"]!.parameters!.push({ name: "year", in: "query", required: true }),
    "GET /api/v1/projects now needs query parameter year",
  ],
  [
    "a parameter that is gone",
    (d) => (d.paths["/api/v1/projects"]!["get"]!.parameters = []),
    "GET /api/v1/projects no longer takes query parameter limit",
  ],
  [
    "another status",
    (d) => delete d.paths["/api/v1/projects"]!["post"]!.responses["201"],
    "POST /api/v1/projects no longer answers 201",
  ],
])("%s is found", (_what, change, told) => {
  const changed = now();
  change(changed);
  expect(breakingChanges(now(), changed)).toContain(told);
});

test.each<[what: string, change: (document: Description) => void]>([
  ["a new operation", (d) => (d.paths["/api/v1/new"] = { get: { responses: {} } })],
  ["a new field in an answer", (d) => (project(d).properties!["colour"] = { type: "string" })],
  ["a new optional input", (d) => (body(d).properties!["colour"] = { type: "string" })],
  ["a new refusal", (d) => (d.paths["/api/v1/projects"]!["get"]!.responses["418"] = {})],
])("%s breaks nothing", (_what, change) => {
  const changed = now();
  change(changed);
  expect(breakingChanges(now(), changed)).toEqual([]);
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../server/src/base/config.ts";
import { testOnPostgres } from "./support/database.ts";
import { openWorld } from "./support/world.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatehouse-limits-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileWith(text: string): Promise<string> {
  const file = join(folder, "limits.json");
  await writeFile(file, text);
  return file;
}

test("an operator's file changes the limits that it names, and the others stay", async () => {
  const file = await fileWith('{ "workspacesPerUser": 2, "tiers": { "lite": { "projects": 3 } } }');

  const { limits } = readConfig({ LIMITS_FILE: file });

  expect(limits.workspacesPerUser).toBe(2);
  expect(limits.tiers.lite).toMatchObject({ projects: 3, members: 10 });
  expect(limits.tiers.standard.projects).toBe(2_000);
});

test.each([
  ["no JSON", "{"],
  ["a limit below nothing", '{ "tiers": { "lite": { "projects": -1 } } }'],
  ["a tier that does not exist", '{ "tiers": { "gold": {} } }'],
])("a file with %s stops the start and names the variable", async (_, text) => {
  const file = await fileWith(text);
  expect(() => readConfig({ LIMITS_FILE: file })).toThrow("LIMITS_FILE");
});

test("a full workspace takes no further project, and says which limit it is and how many there are", async () => {
  const { ada, server, workspaceId } = await openWorld({ ada: "owner" });
  await fillWithProjects(server, workspaceId, 200);

  await expect(ada.projects.create.mutate({ workspaceId, name: "One more" })).rejects.toMatchObject({
    code: "LIMIT_REACHED",
    message: "The limit of projects (projects) is reached: there are 200 of at most 200.",
  });

  expect(await server.running.services.database.db.project.count({ where: { workspaceId } })).toBe(200);
});

test("a user owns a hundred workspaces and no more", async () => {
  const { ada, people, server } = await openWorld({ ada: "stranger" });
  const { db } = server.running.services.database;
  const { userId } = people.ada;
  const places = Array.from({ length: 99 }, (_, index) => ({
    name: "Place",
    slug: `place-${index}-${userId}`,
  }));
  const made = await db.workspace.createManyAndReturn({ data: places });
  await db.workspaceMember.createMany({
    data: made.map(({ id }) => ({ workspaceId: id, userId, role: "owner" as const })),
  });
  await ada.workspaces.create.mutate({ name: "The hundredth" });

  await expect(ada.workspaces.create.mutate({ name: "One more" })).toBeRefused("LIMIT_REACHED");

  expect(await db.workspaceMember.count({ where: { userId } })).toBe(100);
});

testOnPostgres("ten projects at once fill the three places that are left", async () => {
  const { ada, server, workspaceId } = await openWorld({ ada: "owner" });
  await fillWithProjects(server, workspaceId, 197);

  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, (_, index) => ada.projects.create.mutate({ workspaceId, name: `P${index}` })),
  );

  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  expect(await server.running.services.database.db.project.count({ where: { workspaceId } })).toBe(200);
});

async function fillWithProjects(
  server: Awaited<ReturnType<typeof openWorld>>["server"],
  workspaceId: string,
  count: number,
): Promise<void> {
  const data = Array.from({ length: count }, (_, index) => ({ workspaceId, name: `Project ${index}` }));
  await server.running.services.database.db.project.createMany({ data });
}

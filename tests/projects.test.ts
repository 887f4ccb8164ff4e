import { expect, test } from "vitest";
import { post } from "./support/raw.ts";
import { openWorld } from "./support/world.ts";

test("a member makes, reads, renames and deletes a project", async () => {
  const { mel, workspaceId } = await openWorld({ ada: "owner", mel: "member" });

  const atlas = await mel.projects.create.mutate({ workspaceId, name: " Atlas " });
  expect(atlas).toMatchObject({ name: "Atlas", description: "", version: 1, archivedAt: null, workspaceId });

  const renamed = await mel.projects.update.mutate({
    workspaceId,
    projectId: atlas.id,
    name: "Boreas",
    description: "North",
  });
  expect(renamed).toMatchObject({ id: atlas.id, name: "Boreas", description: "North", version: 2 });
  expect((await mel.projects.list.query({ workspaceId })).items).toEqual([renamed]);

  expect(await mel.projects.delete.mutate({ workspaceId, projectId: atlas.id })).toEqual({
    id: atlas.id,
    deleted: true,
  });
  await expect(mel.projects.get.query({ workspaceId, projectId: atlas.id })).toBeRefused("NOT_FOUND");
  await expect(mel.projects.delete.mutate({ workspaceId, projectId: atlas.id })).toBeRefused("NOT_FOUND");
});

test("a viewer sees a project but cannot rename it", async () => {
  const { ada, vic, workspaceId } = await openWorld({ ada: "owner", vic: "viewer" });
  const atlas = await ada.projects.create.mutate({ workspaceId, name: "Atlas" });

  await expect(vic.projects.update.mutate({ workspaceId, projectId: atlas.id, name: "Mine" })).toBeRefused(
    "FORBIDDEN",
  );

  expect(await vic.projects.get.query({ workspaceId, projectId: atlas.id })).toEqual(atlas);
});

test("a change that was made on an older version is refused, and one without a version is not", async () => {
  const { ada, bob, workspaceId } = await openWorld({ ada: "owner", bob: "admin" });
  const { id: projectId, version } = await ada.projects.create.mutate({ workspaceId, name: "Atlas" });
  await bob.projects.update.mutate({ workspaceId, projectId, name: "Boreas", version });

  await expect(ada.projects.update.mutate({ workspaceId, projectId, name: "Castor", version })).toBeRefused(
    "VERSION_CONFLICT",
  );

  expect(await ada.projects.get.query({ workspaceId, projectId })).toMatchObject({
    name: "Boreas",
    version: 2,
  });
  expect(await ada.projects.update.mutate({ workspaceId, projectId, name: "Castor" })).toMatchObject({
    version: 3,
  });
});

test("the calls of one batch are judged one by one, each in its own workspace", async () => {
  const { ada, workspaceId, people } = await openWorld({ ada: "owner", eve: "stranger" });
  const own = await people.eve.api.workspaces.create.mutate({ name: "Eve's own" });
  await ada.projects.create.mutate({ workspaceId, name: "Secret" });
  await people.eve.api.projects.create.mutate({ workspaceId: own.id, name: "Eve's" });

  const inputs = { 0: { workspaceId: own.id }, 1: { workspaceId }, 2: { workspaceId: own.id } };
  const query = encodeURIComponent(JSON.stringify(inputs));
  const { send } = await import("./support/raw.ts");
  const { status, json } = await send(
    `/trpc/projects.list,projects.list,projects.list?batch=1&input=${query}`,
    { token: people.eve.token },
  );

  expect(status).toBe(207);
  expect(json).toMatchObject([
    { result: { data: { items: [{ name: "Eve's" }] } } },
    { error: { data: { code: "FORBIDDEN" } } },
    { result: { data: { items: [{ name: "Eve's" }] } } },
  ]);
  expect(JSON.stringify(json)).not.toContain("Secret");
});

test("names and descriptions are kept as people write them", async () => {
  const { ada, workspaceId } = await openWorld({ ada: "owner" });
  for (const name of ["🧿".repeat(200), "שלום", "zero\u200Bwidth", "e\u0301", "'; DROP TABLE projects; --"]) {
    const project = await ada.projects.create.mutate({ workspaceId, name, description: name });
    expect(await ada.projects.get.query({ workspaceId, projectId: project.id })).toMatchObject({
      name,
      description: name,
    });
  }
});

test.each([
  ["name", { name: "" }],
  ["name", { name: "   " }],
  ["name", { name: "x".repeat(201) }],
  ["name", { name: 7 }],
  ["name", {}],
  ["name", { name: "nul\u0000" }],
  ["name", { name: "half \ud83e" }],
  ["description", { name: "Atlas", description: "x".repeat(5_001) }],
  ["description", { name: "Atlas", description: "a\u0000b" }],
  ["hasProductAccess", { name: "Atlas", hasProductAccess: true }],
  ["__proto__", JSON.parse('{"name":"Atlas","__proto__":{"admin":true}}') as unknown],
])("what cannot be stored as it is written is refused, and %s is named", async (path, input) => {
  const { ada, people, workspaceId } = await openWorld({ ada: "owner" });

  const answer = await post(
    "projects.create",
    JSON.stringify(withWorkspace(input, workspaceId)),
    people.ada.token,
  );

  expect([answer.status, answer.code]).toEqual([400, "VALIDATION_FAILED"]);
  expect(JSON.stringify(answer.json)).toContain(`"path":"${path}"`);
  expect((await ada.projects.list.query({ workspaceId })).items).toEqual([]);
});

/** Keeps an own key `__proto__`, which a spread would drop. */
function withWorkspace(input: unknown, workspaceId: string): unknown {
  return Object.defineProperty(input, "workspaceId", {
    value: workspaceId,
    enumerable: true,
    configurable: true,
  });
}

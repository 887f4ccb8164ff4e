import { expect, test } from "vitest";
import { openWorld } from "./support/world.ts";

test("whoever has product access makes a workspace and owns it", async () => {
  const { ada } = await openWorld({ ada: "stranger" });

  const workspace = await ada.workspaces.create.mutate({ name: "Ärger & Söhne" });

  expect(workspace).toMatchObject({
    name: "Ärger & Söhne",
    slug: "arger-sohne",
    role: "owner",
    managedBy: "local",
    tier: "lite",
  });
  expect(await ada.workspaces.get.query({ workspaceId: workspace.id })).toEqual(workspace);
  expect((await ada.workspaces.list.query()).items).toEqual([workspace]);
});

test("without product access there is no workspace", async () => {
  const { ada } = await openWorld({ ada: "newcomer" });

  await expect(ada.workspaces.create.mutate({ name: "Mine" })).toBeRefused("ACCESS_REQUIRED");

  expect((await ada.workspaces.list.query()).items).toEqual([]);
});

test("two workspaces of one name get two slugs, and a slug that was asked for is never changed", async () => {
  const { ada } = await openWorld({ ada: "stranger" });

  const first = await ada.workspaces.create.mutate({ name: "Acme Rockets" });
  const second = await ada.workspaces.create.mutate({ name: "Acme Rockets" });

  expect(second.slug).toMatch(/^acme-rockets-[0-9a-z]{6}$/);
  await expect(ada.workspaces.create.mutate({ name: "Other", slug: first.slug })).toBeRefused("SLUG_TAKEN");
  expect((await ada.workspaces.list.query()).items).toHaveLength(2);
});

test("a list goes from the newest to the oldest, page by page, and ends", async () => {
  const { ada } = await openWorld({ ada: "stranger" });
  const made: string[] = [];
  for (const name of ["One", "Two", "Three", "Four", "Five"])
    made.push((await ada.workspaces.create.mutate({ name })).id);

  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await ada.workspaces.list.query({ limit: 2, ...(cursor === null ? {} : { cursor }) });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);

  expect(seen).toEqual(made.toReversed());
});

test("a cursor that no list gave out is refused by name", async () => {
  const { ada } = await openWorld({ ada: "stranger" });
  await expect(ada.workspaces.list.query({ cursor: "somewhere" })).toBeRefused("VALIDATION_FAILED");
});

test("a page holds one to a hundred items", async () => {
  const { ada } = await openWorld({ ada: "stranger" });
  for (const limit of [0, -1, 101, 1e9, 1.5])
    await expect(ada.workspaces.list.query({ limit })).toBeRefused("VALIDATION_FAILED");
});

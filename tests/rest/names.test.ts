import { expect, test } from "vitest";
import { z } from "zod";
import { fromWire, toWire, toWirePath } from "../../server/src/rest/names.ts";
import { printSchema, shapeOf } from "../../server/src/rest/shapes.ts";

const Folder = z.object({
  folderName: z.string(),
  get subFolders() {
    return z.array(Folder);
  },
});

const shape = shapeOf(
  printSchema(
    z.object({
      hasAccess: z.boolean(),
      freeMetadata: z.record(z.string(), z.json()),
      anyThing: z.unknown(),
      openBox: z.looseObject({ innerName: z.string() }),
      eitherWay: z.union([
        z.object({ kind: z.literal("a"), firstName: z.string() }),
        z.object({ kind: z.literal("b"), lastName: z.string() }),
        z.array(z.object({ itemName: z.string() })),
        z.null(),
      ]),
      namedParts: z.record(z.string(), z.object({ partSize: z.int() })),
      rootFolder: Folder,
    }),
    "output",
  ),
);

const ours = {
  hasAccess: true,
  freeMetadata: { themeColor: { darkMode: true }, snake_key: [{ camelKey: 1 }] },
  anyThing: { leftAlone: 1 },
  openBox: { innerName: "x", otherKey: { stayThere: 1 } },
  eitherWay: [{ itemName: "x" }],
  namedParts: { frontWheel: { partSize: 1 } },
  rootFolder: { folderName: "a", subFolders: [{ folderName: "b", subFolders: [] }] },
};
const wire = {
  has_access: true,
  free_metadata: { themeColor: { darkMode: true }, snake_key: [{ camelKey: 1 }] },
  any_thing: { leftAlone: 1 },
  open_box: { inner_name: "x", otherKey: { stayThere: 1 } },
  either_way: [{ item_name: "x" }],
  named_parts: { frontWheel: { part_size: 1 } },
  root_folder: { folder_name: "a", sub_folders: [{ folder_name: "b", sub_folders: [] }] },
};

test("names are renamed at every depth, and keys of free JSON never", () => {
  expect(toWire(ours, shape)).toEqual(wire);
  expect(fromWire(wire, shape)).toEqual({ value: ours, strangers: [] });
});

test("each member of a union brings its names", () => {
  for (const [own, written] of [
    [
      { kind: "a", firstName: "x" },
      { kind: "a", first_name: "x" },
    ],
    [
      { kind: "b", lastName: "x" },
      { kind: "b", last_name: "x" },
    ],
    [null, null],
  ])
    expect(toWire({ eitherWay: own }, shape)).toEqual({ either_way: written });
});

test("our own spelling is unknown to REST", () => {
  const { strangers } = fromWire({ hasAccess: true, root_folder: { folderName: "x" } }, shape);
  expect(strangers.map(({ path }) => path)).toEqual(["hasAccess", "root_folder.folderName"]);
});

test("a path to a flaw is told in the caller's words", () => {
  expect(toWirePath("rootFolder.subFolders.0.folderName", shape)).toBe(
    "root_folder.sub_folders.0.folder_name",
  );
  expect(toWirePath("freeMetadata.themeColor.darkMode", shape)).toBe("free_metadata.themeColor.darkMode");
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { findProduct } from "../../server/src/cli/find-product.ts";
import { runCli } from "../support/command.ts";

const EVERY_COMMAND = ["doctor", "keys", "migrate", "move-database", "reconcile", "token", "tour"];

describe("gatehouse", () => {
  test.each([[[]], [["--help"]]])("with %j lists the commands, each in plain words", async (words) => {
    const { code, stdout, stderr } = await runCli(words, {});

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const listed = [...stdout.matchAll(/^ {2}(\S+) +\w+ .{20,}$/gm)].map(([, name]) => name);
    expect(listed).toEqual(EVERY_COMMAND);
  });

  test("says how a command is called", async () => {
    expect(await runCli(["token", "--help"], {})).toEqual({
      code: 0,
      stdout: expect.stringContaining("Usage: gatehouse token [--user") as string,
      stderr: "",
    });
  });

  test("does not guess at a command that there is not, and says which there are", async () => {
    const { code, stdout, stderr } = await runCli(["constructor"], {});

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    for (const name of ["no command constructor", ...EVERY_COMMAND]) expect(stderr).toContain(name);
  });

  test("reads the settings of the folder, and names a bad one in a sentence", async () => {
    const { code, stdout, stderr } = await runCli(["migrate"], { PORT: "many" });

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("PORT");
  });
});

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-product-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

describe("the product of a folder", () => {
  const ONE = "export const desk = { listen() {}, command: () => Promise.resolve(0) };";

  test("is what the file exports that package.json names", async () => {
    const folder = await folderWith({
      "package.json": '{ "name": "desk", "gatehouse": "desk.mjs" }',
      "desk.mjs": `${ONE}\nexport const answer = 42;\nexport default desk;`,
    });

    expect(await (await findProduct(folder)).command([])).toBe(0);
  });

  test.each([
    ["has no package.json", {}, "no package.json"],
    ["names no product", { "package.json": '{ "name": "desk" }' }, '"gatehouse": "dist/product.js"'],
    ["has not been built", { "package.json": '{ "gatehouse": "dist/desk.js" }' }, "dist/desk.js"],
    [
      "names a file without one",
      { "package.json": '{ "gatehouse": "desk.mjs" }', "desk.mjs": "export const desk = { listen() {} };" },
      "must export",
    ],
    [
      "names a file with two",
      {
        "package.json": '{ "gatehouse": "desk.mjs" }',
        "desk.mjs": `${ONE}\nexport const other = { ...desk };`,
      },
      "only one",
    ],
  ])("is not guessed where the folder %s", async (_, files, sentence) => {
    await expect(findProduct(await folderWith(files as Record<string, string>))).rejects.toThrow(sentence);
  });
});

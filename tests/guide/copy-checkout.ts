import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");

/**
 * A copy of this checkout as somebody would clone it, with the packages that are installed here. Our own packages are
 * the copy's.
 *
 * @returns its folder, which the caller removes
 */
export async function copyCheckout(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "gatehouse-checkout-"));
  for (const file of sources()) await cp(join(ROOT, file), join(copy, file));
  const modules = join(copy, "node_modules");
  await mkdir(join(modules, "@gatehouse"), { recursive: true });
  for (const name of await readdir(join(ROOT, "node_modules")))
    if (name !== "@gatehouse" && name !== ".cache")
      await symlink(join(ROOT, "node_modules", name), join(modules, name));
  for (const name of ["shared", "server", "client"])
    await symlink(join(copy, name), join(modules, "@gatehouse", name));
  return copy;
}

/** What git knows and what it would: not what is ignored, nor what was deleted. */
function sources(): string[] {
  const deleted = new Set(listFiles("--deleted"));
  return listFiles("--cached", "--others", "--exclude-standard").filter((file) => !deleted.has(file));
}

function listFiles(...which: string[]): string[] {
  return execFileSync("git", ["ls-files", ...which], { cwd: ROOT, encoding: "utf8" })
    .trim()
    .split("\n");
}

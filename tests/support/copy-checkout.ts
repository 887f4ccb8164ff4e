import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");

/**
 * This checkout as somebody has it who has cloned it and installed its packages, changes that are not committed
 * included.
 *
 * @returns its folder, which the caller removes
 */
export async function copyCheckout(): Promise<string> {
  const copy = await copySources();
  const run = (program: string, ...words: string[]) =>
    execFileSync(program, words, { cwd: copy, stdio: "ignore" });
  run("git", "init", "--quiet");
  run("git", "add", "--all");
  run("npm", "ci", "--prefer-offline", "--no-audit", "--no-fund");
  return copy;
}

/** The same without a history, and with the packages that are installed here: made in a moment. */
export async function copyBesidePackages(): Promise<string> {
  const copy = await copySources();
  const [from, to] = [join(ROOT, "node_modules"), join(copy, "node_modules")];
  await mkdir(join(to, "@gatehouse"), { recursive: true });
  for (const name of await readdir(from))
    if (name !== "@gatehouse") await symlink(join(from, name), join(to, name));
  // Our own packages are those of the copy.
  for (const name of ["shared", "client", "server"])
    await symlink(join(copy, name), join(to, "@gatehouse", name));
  return copy;
}

async function copySources(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "gatehouse-checkout-"));
  for (const file of sources()) await cp(join(ROOT, file), join(copy, file));
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

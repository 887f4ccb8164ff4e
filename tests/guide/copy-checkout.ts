import { execFileSync } from "node:child_process";
import { cp, mkdtemp } from "node:fs/promises";
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
  const copy = await mkdtemp(join(tmpdir(), "gatehouse-checkout-"));
  for (const file of sources()) await cp(join(ROOT, file), join(copy, file));
  const run = (program: string, ...words: string[]) =>
    execFileSync(program, words, { cwd: copy, stdio: "ignore" });
  run("git", "init", "--quiet");
  run("git", "add", "--all");
  run("npm", "ci", "--prefer-offline", "--no-audit", "--no-fund");
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

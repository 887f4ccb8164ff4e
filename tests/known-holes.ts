import { spawnSync } from "node:child_process";

/**
 * Asks the registry which holes are known in what a server runs with, and fails for a serious one. Where the registry
 * cannot be asked it says so and passes: nobody should need a network to check a change.
 */
interface Audit {
  /** By package; missing where the registry did not answer. */
  vulnerabilities?: Record<string, { severity: string; isDirect: boolean; range: string }>;
}

const SERIOUS: ReadonlySet<string> = new Set(["high", "critical"]);

const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--json"], { encoding: "utf8", timeout: 60_000 });
const { vulnerabilities } = read(stdout);
if (vulnerabilities === undefined) {
  process.stdout.write("Known holes: the registry could not be asked, so nothing was checked.\n");
} else {
  const known = Object.entries(vulnerabilities);
  for (const [name, { severity, isDirect, range }] of known)
    process.stdout.write(
      `Known hole (${severity}): ${name} ${range}${isDirect ? "" : ", needed by others"}\n`,
    );
  if (known.some(([, { severity }]) => SERIOUS.has(severity))) process.exitCode = 1;
}

/** @param text JSON, or whatever a proxy answered */
function read(text: string): Audit {
  try {
    return JSON.parse(text) as Audit;
  } catch {
    return {};
  }
}

import { relative } from "node:path";
import { ConfigError } from "./base/settings.ts";
import { gatehouse } from "./gatehouse.ts";
import type { RunningServer } from "./start.ts";

/** The server as it stands, without a product on top: settings → services → app → listen, and the way back on Ctrl-C or SIGTERM. */
// Before the door opens: it does so before the start is over, and callers may be inside by then.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
try {
  print(welcome(await gatehouse.listen()));
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : explain(error)}\n`);
  process.exitCode = 1;
}

async function stop(): Promise<void> {
  // A second Ctrl-C ends the process at once: the handlers were set for one signal each.
  await gatehouse.close();
  print("Gatehouse has stopped.");
}

function explain(error: unknown): string {
  return `Gatehouse did not start: ${error instanceof Error ? error.message : String(error)}`;
}

function welcome({ url, localIdentity, adminKeyFile, services }: RunningServer): string {
  const { database } = services.config;
  const lines = [
    "Gatehouse is up.",
    "",
    `  API        ${url}/trpc`,
    `  Health     ${url}/readyz`,
    `  Database   ${database.kind === "embedded" ? `embedded, in ${here(database.folder)}` : "PostgreSQL"}`,
  ];
  if (localIdentity === null) return lines.join("\n");
  const token = "npm run -s token -- --user ada@example.com";
  return [
    ...lines,
    `  Sign-in    ${localIdentity.url}/sign-in (local identity provider, for development only)`,
    ...(adminKeyFile === null ? [] : [`  Admin key  in ${here(adminKeyFile)}`]),
    "",
    `Get a token:  ${token}`,
    `Call it:      curl -H "Authorization: Bearer $(${token})" ${url}/trpc/me.get`,
    "See it all:   npm run tour",
    "",
  ].join("\n");
}

/** As seen from where the command was given. */
function here(file: string): string {
  return relative(process.cwd(), file) || ".";
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

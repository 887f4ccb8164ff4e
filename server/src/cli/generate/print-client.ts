import type { AnyRouter } from "@trpc/server";
import { CALL_TYPES } from "./call-types.ts";
import { declareShapes } from "./declare-shapes.ts";
import { printApi } from "./print-api.ts";
import { printErrors, printRoles, printTable } from "./print-tables.ts";
import { readProcedures } from "../../trpc/read-procedures.ts";

const HEAD = "// Printed from the server's router by `npm run generate`. Changes here are lost.\n\n";

/**
 * The files of the typed client, by name. They import nothing but each other, and say the same whenever and
 * wherever they are printed: what has an order in the source keeps it, everything else is alphabetical.
 */
export function printClient(router: AnyRouter): Map<string, string> {
  const { procedures, declarations } = declareShapes(readProcedures(router));
  const files = Object.entries({
    "api.ts": printApi(procedures),
    "call.ts": CALL_TYPES,
    "errors.ts": printErrors(),
    "procedures.ts": printTable(procedures),
    "roles.ts": printRoles(),
    "types.ts": `${[...declarations.values()].join("\n\n")}\n`,
  });
  refuseSharedNames(files);
  return new Map(files.map(([name, text]) => [name, HEAD + text]));
}

/** The package exports all files side by side, where a name that two of them export silently disappears. */
function refuseSharedNames(files: readonly [string, string][]): void {
  const owners = new Map<string, string>();
  for (const [file, text] of files) {
    for (const [, name = ""] of text.matchAll(/^export (?:const|interface|type) (\w+)/gm)) {
      const owner = owners.get(name);
      if (owner !== undefined) throw new Error(`both ${owner} and ${file} would export ${name}`);
      owners.set(name, file);
    }
  }
}

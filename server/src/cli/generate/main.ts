import { printOpenApi } from "../../rest/openapi/document.ts";
import { appRouter } from "../../router.ts";
import { differingFiles, writeDiffering } from "./client-folder.ts";
import { differingDocuments, writeDocuments } from "./documents.ts";
import { printClient } from "./print-client.ts";
import { printPermissions } from "./print-permissions.ts";

/** Writes what is printed from the router; with `--check` names the files that differ, and exits with 1 if any do. */
const client = printClient(appRouter);
const documents = new Map([
  ["docs/openapi.json", printOpenApi(appRouter)],
  ["docs/permissions.md", printPermissions(appRouter)],
]);

if (process.argv.includes("--check")) {
  const differing = [
    ...(await differingFiles(client)).map((name) => `client/src/generated/${name}`),
    ...(await differingDocuments(documents)),
  ];
  for (const name of differing) console.error(`${name} is not what the router says`);
  if (differing.length > 0) console.error("Run `npm run generate` and commit what it writes.");
  process.exitCode = differing.length > 0 ? 1 : 0;
} else {
  const written = [...(await writeDiffering(client)), ...(await writeDocuments(documents))];
  console.log(
    written.length === 0 ? "The client and the documents are up to date." : `Printed ${written.join(", ")}.`,
  );
}

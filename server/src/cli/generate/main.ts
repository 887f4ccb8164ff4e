import { appRouter } from "../../router.ts";
import { differingFiles, writeDiffering } from "./client-folder.ts";
import { printClient } from "./print-client.ts";

/** Writes the printed files of the client; with `--check` names those that differ, and exits with 1 if any do. */
const printed = printClient(appRouter);

if (process.argv.includes("--check")) {
  const differing = await differingFiles(printed);
  for (const name of differing) console.error(`client/src/generated/${name} is not what the router says`);
  if (differing.length > 0) console.error("Run `npm run generate` and commit what it writes.");
  process.exitCode = differing.length > 0 ? 1 : 0;
} else {
  const written = await writeDiffering(printed);
  console.log(written.length === 0 ? "The client is up to date." : `Printed ${written.join(", ")}.`);
}

import { readFile } from "node:fs/promises";
import { z } from "zod";
import { printOpenApi } from "../../rest/openapi/document.ts";
import { appRouter } from "../../router.ts";
import { describeApi } from "./describe-api.ts";
import { writeDocuments } from "./documents.ts";

/** Keeps what REST and the client declare now as what was released, for the comparison of all that comes after it. */
const manifest = new URL("../../../../client/package.json", import.meta.url);
const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(manifest, "utf8")));
const released = new Map([
  ["client/released.json", `${JSON.stringify(describeApi(appRouter, version), null, 1)}\n`],
  ["docs/released/openapi.json", printOpenApi(appRouter)],
]);
await writeDocuments(released);
console.log(`${[...released.keys()].join(" and ")} hold what version ${version} declares.`);

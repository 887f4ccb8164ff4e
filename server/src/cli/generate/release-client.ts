import { readFile } from "node:fs/promises";
import { z } from "zod";
import { appRouter } from "../../router.ts";
import { describeApi } from "./describe-api.ts";
import { writeDocuments } from "./documents.ts";

/** Keeps what the client declares now as what was released, for the comparison of all that comes after it. */
const manifest = new URL("../../../../client/package.json", import.meta.url);
const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(manifest, "utf8")));
const text = `${JSON.stringify(describeApi(appRouter, version), null, 1)}\n`;
await writeDocuments(new Map([["client/released.json", text]]));
console.log(`client/released.json holds what @gatehouse/client ${version} declares.`);

import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "prisma/config";

chooseEngine(process.argv.slice(2));

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  // Not env(): that throws where DATABASE_URL is unset, and the client is generated without a database.
  datasource: { url: process.env.DATABASE_URL ?? "" },
});

/**
 * Spares every command the download of the native schema engine, which fails behind a firewall.
 * The command line reads this file first, in the same process, and downloads only where the variable is unset.
 */
function chooseEngine(words: string[]): void {
  if (process.env.PRISMA_SCHEMA_ENGINE_BINARY || nativeEngineIsHere()) return;
  // These three never start the engine, they only look whether the file exists.
  const startsNoEngine = words.some((word) => ["generate", "validate", "format"].includes(word));
  process.env.PRISMA_SCHEMA_ENGINE_BINARY = startsNoEngine
    ? process.execPath
    : fileURLToPath(new URL("prisma/offline/schema-engine.mjs", import.meta.url));
}

/** Prisma's install script leaves the native engine beside its own files, where it was allowed to run. */
function nativeEngineIsHere(): boolean {
  const folder = path.dirname(createRequire(import.meta.url).resolve("@prisma/engines/package.json"));
  return readdirSync(folder).some((name) => name.startsWith("schema-engine-"));
}

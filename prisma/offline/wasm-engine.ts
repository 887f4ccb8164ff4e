import { readFile } from "node:fs/promises";
import path from "node:path";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import type { SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import type { SchemaEngine, SchemaFilter } from "@prisma/schema-engine-wasm";

export const NO_FILTER: SchemaFilter = { externalTables: [], externalEnums: [] };

/** What wasm-bindgen prints beside the module; the published types leave it out. */
interface Bindings {
  __wbg_set_wasm(exports: Exports): void;
  SchemaEngine: typeof SchemaEngine;
}
interface Exports {
  __wbindgen_start(): void;
}
/** Node has it; its types come with the browser's, which have no place here. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, unknown>,
  ): Promise<{ instance: { exports: Exports } }>;
};

let engineClass: Promise<typeof SchemaEngine> | undefined;

/** Starts Prisma's schema engine, built for WebAssembly, over the databases that the factory opens. */
export async function startEngine(
  factory: SqlMigrationAwareDriverAdapterFactory,
  schemaFiles: string[],
): Promise<SchemaEngine> {
  engineClass ??= loadEngine();
  const Engine = await engineClass;
  const files = await Promise.all(
    schemaFiles.map(async (file): Promise<[string, string]> => [
      path.resolve(file),
      await readFile(file, "utf8"),
    ]),
  );
  const datamodels = files.length === 0 ? undefined : files;
  return Engine.new({ datamodels }, () => undefined, bindMigrationAwareSqlAdapterFactory(factory));
}

/** The package expects a bundler, or Node's flag for WebAssembly modules; this is what either would do. */
async function loadEngine(): Promise<typeof SchemaEngine> {
  const address = import.meta.resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- generated code without types
  const bindings = (await import(address)) as Bindings;
  let panic = "";
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => (panic = message), get: () => panic },
  });
  const bytes = await readFile(new URL("./schema_engine_bg.wasm", address));
  const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": bindings });
  /* oxlint-disable no-underscore-dangle -- wasm-bindgen's names */
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings.SchemaEngine;
}

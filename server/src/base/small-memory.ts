import { setFlagsFromString } from "node:v8";
import type { Config } from "./config.ts";

/** How much may gather above what lives before V8 looks for what has died. */
const HEAP_GROWS = ["--heap-growing-percent", 20] as const;
/** How much a function of WebAssembly does before it is compiled anew and better: never. */
const WEBASSEMBLY_COMPILES_AGAIN = ["--wasm-tiering-budget", 1_000_000_000] as const;

/**
 * Keeps the memory of this process at what a server needs. Left to itself, V8 lets the dead outweigh the living several
 * times before it looks, and takes 20 MB that never come back to compile Prisma's compiler well, which runs seldom. The
 * embedded PostgreSQL is WebAssembly that runs all the time. `docs/performance.md` has what it costs.
 *
 * A flag that Node was started with stays as it is.
 */
export function keepMemorySmall({ database }: Config): void {
  const flags = database.kind === "embedded" ? [HEAP_GROWS] : [HEAP_GROWS, WEBASSEMBLY_COMPILES_AGAIN];
  for (const [flag, value] of flags)
    if (!process.execArgv.some((word) => word.startsWith(flag))) setFlagsFromString(`${flag}=${value}`);
}

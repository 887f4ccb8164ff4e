import { defineConfig } from "vitest/config";
import usual, { SLOW } from "./vitest.config.ts";

/**
 * What takes seconds by its nature: packing and type-checking the client, starting processes, opening browsers,
 * trying a thousand histories. A test joins by its file's name, `*.slow.test.ts`, and stays beside its kin.
 */
export default defineConfig({
  ...usual,
  test: {
    ...usual.test,
    include: [SLOW],
    exclude: ["**/node_modules/**", "tests/product/helpdesk/**"],
    // What a product says of roles holds for the whole program, and must not hold for the next file.
    isolate: true,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});

import { defineConfig } from "vitest/config";
import usual from "./vitest.config.ts";

/** What breaks under the server: databases that are killed, wires that are cut, disks that are full. One at a time. */
export default defineConfig({
  ...usual,
  test: {
    ...usual.test,
    include: ["tests/faults/**/*.test.ts"],
    exclude: ["**/node_modules/**"],
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 60_000,
  },
});

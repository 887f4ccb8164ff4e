import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (name: string): string => fileURLToPath(new URL(`./${name}/src/index.ts`, import.meta.url));

/** Tests run on the sources, so that nothing has to be built first. */
export default defineConfig({
  resolve: { alias: { "@gatehouse/shared": source("shared"), "@gatehouse/client": source("client") } },
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/support/global-setup.ts"],
    setupFiles: ["tests/support/matchers.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A test file that needs a server starts its own; more of them at once than cores only wait for each other.
    maxWorkers: 2,
  },
});

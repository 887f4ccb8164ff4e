import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Tests that take their time; see `vitest.slow.config.ts`. */
export const SLOW = "tests/**/*.slow.test.ts";

/** Tests run on the sources, so that nothing has to be built first. */
export default defineConfig({
  resolve: {
    alias: {
      "@gatehouse/shared": source("./shared/src/index.ts"),
      // The longer name first: an alias fits whatever begins with it.
      "@gatehouse/client/react": source("./client/src/react.ts"),
      "@gatehouse/client/sign-token": source("./client/src/sign-token.ts"),
      "@gatehouse/client": source("./client/src/index.ts"),
    },
  },
  test: {
    include: ["tests/**/*.test.{ts,tsx}"],
    // These have runs of their own: `npm run test:slow`, `npm run test:faults`; a product is tested where it is installed.
    exclude: ["**/node_modules/**", SLOW, "tests/faults/**", "tests/product/helpdesk/**"],
    globalSetup: ["tests/support/global-setup.ts"],
    setupFiles: ["tests/support/matchers.ts", "tests/support/file-hooks.ts"],
    // Every file starts its own server and database, and a server that has stopped leaves nothing behind in its
    // modules; so a worker loads them once, and not again for each of its files.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A test file that needs a server starts its own; more of them at once than cores only wait for each other.
    maxWorkers: 2,
  },
});

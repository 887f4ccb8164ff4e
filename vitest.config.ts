import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (name: string): string => fileURLToPath(new URL(`./${name}/src/index.ts`, import.meta.url));

/** Tests run on the sources, so that nothing has to be built first. */
export default defineConfig({
  resolve: { alias: { "@gatehouse/shared": source("shared"), "@gatehouse/client": source("client") } },
  test: { include: ["tests/**/*.test.ts"] },
});

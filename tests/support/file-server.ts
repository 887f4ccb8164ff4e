import type { TestServer, TestServerOptions } from "./server.ts";

/**
 * What the test file that runs now has opened. Workers run many files one after the other and load each module once,
 * so whatever lasts longer than a test stands here, and `file-hooks.ts` empties it after every file.
 */
export const fileServer: {
  settings: Record<string, string>;
  options: TestServerOptions;
  opened: Promise<TestServer & { stop: () => Promise<void> }> | null;
} = { settings: {}, options: {}, opened: null };

import { afterAll, afterEach, expect, vi } from "vitest";
import { fileServer } from "./file-server.ts";

afterEach(async () => {
  // An error in the log that no test has asked for is a failure, even if the answers looked right.
  const server = await fileServer.opened;
  expect(server?.log.takeErrors() ?? []).toEqual([]);
});

afterAll(async () => {
  // The next file in this worker begins with the real clock and the real functions.
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  const { opened } = fileServer;
  Object.assign(fileServer, { settings: {}, options: {}, opened: null });
  await (await opened)?.stop();
});

import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { openLocalClerk } from "../../server/src/local-clerk/open.ts";
import type { LocalClerk, LocalClerkOptions } from "../../server/src/local-clerk/open.ts";

/** Gives a local identity provider that will live in this folder the keys of this run: to make one costs more than a server's start. */
export async function giveKeys(folder: string): Promise<void> {
  await cp(inject("identity"), folder, { recursive: true });
}

/** A local identity provider with the keys of this run. Another instance, with others, is `openLocalClerk`'s own. */
export async function openProvider(options: Omit<LocalClerkOptions, "folder">): Promise<LocalClerk> {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-provider-"));
  await giveKeys(folder);
  const provider = await openLocalClerk({ ...options, folder });
  const close = async (): Promise<void> => {
    await provider.close();
    await rm(folder, { recursive: true });
  };
  return { ...provider, close };
}

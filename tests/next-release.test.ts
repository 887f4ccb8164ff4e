import { rm } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { changeSources } from "./faults/parts/next-release.ts";
import { copyBesidePackages } from "./support/copy-checkout.ts";

// That suite takes half an hour and is not run at every change: whoever changes these lines should hear of it at once.
test("the release that the fault suite makes of this one, to run beside it, can still be made", async () => {
  const checkout = await copyBesidePackages();
  onTestFinished(() => rm(checkout, { recursive: true }));
  await expect(changeSources(checkout)).resolves.toBeUndefined();
});

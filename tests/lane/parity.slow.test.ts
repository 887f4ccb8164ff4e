import { expect, test } from "vitest";
import { expectParity, openScene } from "./parity.ts";

test("ten thousand requests are answered on the direct lane as tRPC's own adapter answers them", async () => {
  const scene = await openScene();
  await expectParity(scene, 10_000);
  expect(scene.taken().direct).toBeGreaterThan(2_500);
  await scene.close();
}, 600_000);

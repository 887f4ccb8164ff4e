import fc from "fast-check";
import { expect, test } from "vitest";
import { uuidV7Of } from "../../server/src/base/uuid-v7.ts";
import { Id } from "@gatehouse/shared";

test("ids of one moment are in the order in which they were made, whatever older ones come between them", () => {
  const older = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 200 });
  let ms = 1_800_000_000_000;
  fc.assert(
    fc.property(older, (ages) => {
      ms += 1;
      const ids = ages.map((age) => {
        uuidV7Of(new Date(ms - age));
        return uuidV7Of(new Date(ms));
      });
      expect(ids.toSorted()).toEqual(ids);
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of ids) expect(Id.parse(id)).toBe(id);
    }),
  );
});

test("an id tells its moment", () => {
  const moment = new Date("2026-11-30T12:34:56.789Z");
  expect(Number.parseInt(uuidV7Of(moment).replaceAll("-", "").slice(0, 12), 16)).toBe(moment.getTime());
});

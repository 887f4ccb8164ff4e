import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeTimes } from "../../server/src/identity/token-times.ts";

const at = (seconds: number): Date => new Date(seconds * 1_000);
const instant = fc.integer({ min: 1_700_000_000, max: 1_900_000_000 });
const skew = fc.integer({ min: 0, max: 60 });
/** Now, and a token whose times lie around it. */
const moment = fc.record({
  now: instant,
  skew,
  iat: fc.integer({ min: -200, max: 200 }),
  nbf: fc.option(fc.integer({ min: -200, max: 200 }), { nil: undefined }),
  exp: fc.integer({ min: -200, max: 200 }),
});

/** The rule as RFC 7519 says it, one claim at a time, in whole seconds around now. */
function isInTime({
  iat,
  nbf,
  exp,
  skew: allowed,
}: {
  iat: number;
  nbf: number | undefined;
  exp: number;
  skew: number;
}) {
  return -allowed < exp && iat <= allowed && (nbf ?? iat) <= allowed;
}

test("a token is in its time exactly between its beginnings and its end, give or take the skew", () => {
  fc.assert(
    fc.property(moment, ({ now, nbf, ...token }) => {
      const times = {
        iat: now + token.iat,
        exp: now + token.exp,
        ...(nbf === undefined ? {} : { nbf: now + nbf }),
      };
      const judged = judgeTimes(times, at(now), token.skew);
      expect(judged === null).toBe(isInTime({ ...token, nbf }));
    }),
    { numRuns: 5_000 },
  );
});

test("only a token that is over is called expired, and the caller learns since when", () => {
  fc.assert(
    fc.property(instant, skew, fc.integer({ min: 0, max: 1e6 }), (exp, allowed, late) => {
      const judged = judgeTimes({ iat: exp - 60, exp }, at(exp + allowed + late), allowed);
      expect(judged).toMatchObject({ code: "TOKEN_EXPIRED", reason: `expired ${allowed + late} s ago` });
    }),
  );
});

test("a token that has once ended never becomes good again", () => {
  fc.assert(
    fc.property(instant, skew, fc.nat(1e6), fc.nat(1e6), (exp, allowed, first, later) => {
      const times = { iat: exp - 60, exp };
      const ended = judgeTimes(times, at(exp + first), allowed);
      if (ended !== null) expect(judgeTimes(times, at(exp + first + later), allowed)).not.toBeNull();
    }),
  );
});

test("moving clock and token together changes nothing", () => {
  fc.assert(
    fc.property(moment, fc.integer({ min: -1e6, max: 1e6 }), ({ now, iat, exp, skew: allowed }, moved) => {
      const here = judgeTimes({ iat: now + iat, exp: now + exp }, at(now), allowed);
      const there = judgeTimes({ iat: now + iat + moved, exp: now + exp + moved }, at(now + moved), allowed);
      expect(there).toEqual(here);
    }),
  );
});

test("a wider skew refuses nothing that a narrower one lets in", () => {
  fc.assert(
    fc.property(moment, fc.nat(60), ({ now, iat, exp, skew: allowed }, wider) => {
      const times = { iat: now + iat, exp: now + exp };
      if (judgeTimes(times, at(now), allowed) === null)
        expect(judgeTimes(times, at(now), allowed + wider)).toBeNull();
    }),
  );
});

test("the end is kept to the millisecond", () => {
  const times = { iat: 1_800_000_000, exp: 1_800_000_060 };
  expect(judgeTimes(times, new Date(1_800_000_064_999))).toBeNull();
  expect(judgeTimes(times, new Date(1_800_000_065_000))).not.toBeNull();
});

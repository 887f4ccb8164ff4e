import fc from "fast-check";
import { expect, test } from "vitest";
import { isExact, parseExactly } from "../../server/src/rest/exact-json.ts";

test.each([
  "0",
  "-0",
  "0.0",
  "1",
  "-1",
  "42",
  "1.5",
  "0.1",
  "100",
  "1e3",
  "1E+3",
  "1.50",
  "120e-2",
  "9007199254740991",
  "9007199254740992",
  "-9007199254740991",
  "1e21",
  "123456789012345680000",
  "5e-324",
  "1.7976931348623157e308",
])("%s is held as it is written", (token) => {
  expect(isExact(token)).toBe(true);
});

test.each([
  "9007199254740993",
  "-9007199254740993",
  "12345678901234567890",
  "1e400",
  "-1e400",
  "1e-400",
  "0.1000000000000000055511151231257827",
  "9007199254740993.0",
  "90071992547409930e-1",
])("%s would be rounded", (token) => {
  expect(isExact(token)).toBe(false);
});

test("whatever JavaScript can write as JSON is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(parseExactly(text)).toEqual(JSON.parse(text));
    }),
  );
});

test("a number inside a text is a text", () => {
  expect(parseExactly('{"a\\"9007199254740993":"9007199254740993 \\\\"}')).toEqual({
    'a"9007199254740993': "9007199254740993 \\",
  });
});

import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { beforeEach, expect, test } from "vitest";
import { together } from "../../server/src/database/together.ts";

let asked: (readonly number[])[];
let double: (question: number) => Promise<number>;
beforeEach(() => {
  asked = [];
  double = together((questions: readonly number[]) => {
    asked.push(questions);
    return Promise.resolve(questions.map((each) => 2 * each));
  });
});

test("what is asked in one turn is one question, and what comes later is another", async () => {
  const first = [double(1), double(2)];
  await nextTurn();
  const second = double(3);
  expect(await Promise.all([...first, second])).toEqual([2, 4, 6]);
  expect(asked).toEqual([[1, 2], [3]]);
});

test("everybody gets his own answer, however many ask and whenever", async () => {
  const turns = fc.array(fc.array(fc.integer(), { maxLength: 250 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(turns, async (questionsOfTurns) => {
      asked = [];
      const answers: Promise<number>[] = [];
      for (const questions of questionsOfTurns) {
        answers.push(...questions.map(double));
        await nextTurn();
      }
      const all = questionsOfTurns.flat();
      expect(await Promise.all(answers)).toEqual(all.map((each) => 2 * each));
      expect(asked.flat()).toEqual(all);
      expect(Math.max(0, ...asked.map(({ length }) => length))).toBeLessThanOrEqual(100);
    }),
  );
});

test("a question that fails fails for all who asked it, and for nobody after them", async () => {
  let isDown = true;
  const ask = together((questions: readonly string[]) =>
    isDown ? Promise.reject(new Error("down")) : Promise.resolve(questions),
  );
  const outcomes = await Promise.allSettled([ask("a"), ask("b")]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  isDown = false;
  expect(await ask("c")).toBe("c");
});

test("an answer too few is nobody's answer", async () => {
  const short = together((questions: readonly string[]) => Promise.resolve(questions.slice(1)));
  const outcomes = await Promise.allSettled([short("a"), short("b")]);
  expect(outcomes).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
});

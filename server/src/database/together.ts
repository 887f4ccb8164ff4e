import { endOfTurn } from "../base/end-of-turn.ts";

/** More questions than this at once would make others wait for them. */
const MOST = 100;

/**
 * Asks what is asked in one turn of the event loop as one question: of many small ones, going to the database and coming
 * back is the most that they cost. Somebody who asks alone waits no longer than before.
 *
 * @param ask answers each question in its place
 */
export function together<Question, Answer>(
  ask: (questions: readonly Question[]) => Promise<readonly Answer[]>,
): (question: Question) => Promise<Answer> {
  let gathered: { questions: Question[]; answers: Promise<readonly Answer[]> } | null = null;
  const gather = () => {
    const questions: Question[] = [];
    const answers = endOfTurn().then(async () => {
      if (gathered?.questions === questions) gathered = null;
      const given = await ask(questions);
      if (given.length !== questions.length) throw new Error("not as many answers as questions");
      return given;
    });
    return { questions, answers };
  };
  return async (question) => {
    gathered ??= gather();
    const { questions, answers } = gathered;
    const place = questions.push(question) - 1;
    if (questions.length === MOST) gathered = null;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- there are as many answers as questions
    return (await answers)[place] as Answer;
  };
}

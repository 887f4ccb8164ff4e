import type { GetToken } from "./options.ts";
import { haveSameSubject } from "./subject.ts";

export interface Tokens {
  /** The token for a request. Whoever asks while a question is open shares its answer. */
  current: () => Promise<string | null>;
  /**
   * Another token of the expired one's user, asked for at most once for all whose calls failed with it. Null where there
   * is none: what one user has asked for is never done by the next one.
   */
  instead: (expired: string | null) => Promise<string | null>;
  /** Another user has signed in: the answer to a question that is still open is none of his. */
  forget: () => void;
}

interface Question {
  fresh: boolean;
  answer: Promise<string | null>;
}

export function openTokens(getToken: GetToken): Tokens {
  let open: Question | undefined;
  let latest: string | null = null;

  const ask = (fresh: boolean): Promise<string | null> => {
    const question: Question = { fresh, answer: put(fresh) };
    open = question;
    const close = (token: string | null) => {
      if (open !== question) return;
      open = undefined;
      latest = token;
    };
    question.answer.then(close, () => close(latest));
    return question.answer;
  };
  const put = async (fresh: boolean): Promise<string | null> =>
    (await getToken(fresh ? { skipCache: true } : undefined)) ?? null;

  const renewed = async (expired: string | null): Promise<string | null> => {
    // Somebody whose call failed a moment earlier may have a new one already.
    if (open === undefined) return latest === expired ? ask(true) : latest;
    const { fresh, answer } = open;
    const token = await answer;
    // An ordinary question may have been answered from the cache that holds the expired token.
    return fresh || token !== expired ? token : renewed(expired);
  };

  return {
    current: () => open?.answer ?? ask(false),
    instead: async (expired) => {
      const other = await renewed(expired);
      return haveSameSubject(expired, other) ? other : null;
    },
    forget: () => {
      open = undefined;
      latest = null;
    },
  };
}

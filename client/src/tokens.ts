import type { GetToken } from "./options.ts";

export interface Tokens {
  /** The token for a request. Whoever asks while a question is open shares its answer. */
  current: () => Promise<string | null>;
  /** A token other than the expired one, asked for at most once for all whose calls failed with it. */
  instead: (expired: string | null) => Promise<string | null>;
}

interface Question {
  fresh: boolean;
  answer: Promise<string | null>;
}

export function openTokens(getToken: GetToken): Tokens {
  let open: Question | undefined;
  let latest: string | null = null;

  const ask = (fresh: boolean): Promise<string | null> => {
    const answer = (async () => {
      // A getToken that throws at once must find the question open, or it would be left open for ever.
      await Promise.resolve();
      try {
        return (latest = (await getToken(fresh ? { skipCache: true } : undefined)) ?? null);
      } finally {
        open = undefined;
      }
    })();
    open = { fresh, answer };
    return answer;
  };

  const instead = async (expired: string | null): Promise<string | null> => {
    // Somebody whose call failed a moment earlier may have a new one already.
    if (open === undefined) return latest === expired ? ask(true) : latest;
    const { fresh, answer } = open;
    const token = await answer;
    // An ordinary question may have been answered from the cache that holds the expired token.
    return fresh || token !== expired ? token : instead(expired);
  };

  return { current: () => open?.answer ?? ask(false), instead };
}

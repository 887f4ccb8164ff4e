/** What one check has found. `broken`: something that callers rely on does not work, and the command fails. */
export interface Finding {
  state: "ok" | "warning" | "broken";
  /** One word: what was looked at. */
  about: string;
  /** What is so; for a warning and for what is broken, what to do about it as well. Never a secret. */
  text: string;
}

export interface Reporter {
  ok: (text: string) => Finding;
  warning: (text: string) => Finding;
  broken: (text: string) => Finding;
}

/** @example const keys = about("keys"); return keys.ok("2 keys"); */
export function about(what: string): Reporter {
  return {
    ok: (text) => ({ state: "ok", about: what, text }),
    warning: (text) => ({ state: "warning", about: what, text }),
    broken: (text) => ({ state: "broken", about: what, text }),
  };
}

export function lineOf({ state, about: what, text }: Finding): string {
  return `${state.padEnd(8)} ${what.padEnd(9)} ${text}`;
}

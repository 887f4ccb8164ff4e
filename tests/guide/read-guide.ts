/** One thing that a guide tells its reader to do. */
export type Step =
  | { kind: "write"; file: string; text: string }
  | { kind: "edit"; file: string; diff: string }
  | { kind: "run"; command: string };

/** A file's path alone on a line, in bold: what follows is about that file. */
const HEADING = /^\*\*`([^`]+)`\*\*$/;
const FENCE = /^```(\w*)$/;

/** The steps of a guide, in its order. Blocks without a file in front of them are commands (`sh`) or only to be read. */
export function readGuide(markdown: string): Step[] {
  const steps: Step[] = [];
  let file: string | null = null;
  let block: { language: string; lines: string[] } | null = null;
  for (const line of markdown.split("\n")) {
    const [, fence] = FENCE.exec(line) ?? [];
    if (block !== null && fence === "") {
      steps.push(...toSteps(block.language, block.lines.join("\n"), file));
      // One file may be changed in several places; a whole one is said once, and what follows is about it.
      if (block.language !== "diff") file = null;
      block = null;
    } else if (block !== null) block.lines.push(line);
    else if (fence !== undefined) block = { language: fence, lines: [] };
    else if (line.startsWith("#")) file = null;
    else file = HEADING.exec(line)?.[1] ?? file;
  }
  return steps;
}

function toSteps(language: string, text: string, file: string | null): Step[] {
  if (language === "sh") return text.split("\n").map((command) => ({ kind: "run", command }));
  if (file === null) return [];
  return [
    language === "diff"
      ? { kind: "edit", file, diff: `${text}\n` }
      : { kind: "write", file, text: `${text}\n` },
  ];
}

/**
 * A text with one change made to it. Nothing but the lines of the diff says where: they must be found once.
 *
 * @param diff lines that begin with a space (kept), `-` (taken out) or `+` (put in)
 */
export function applyDiff(text: string, diff: string, file: string): string {
  // A kept line that is empty has no space in front of it: formatters take it away.
  const lines = diff
    .trimEnd()
    .split("\n")
    .map((line) => (line === "" ? " " : line));
  const side = (other: "+" | "-"): string =>
    lines
      .filter((line) => !line.startsWith(other))
      .map((line) => `${line.slice(1)}\n`)
      .join("");
  const [before, after] = [side("+"), side("-")];
  const parts = text.split(before);
  if (parts.length !== 2)
    throw new Error(`${file}: these lines stand there ${parts.length - 1} times:\n${before}`);
  return parts.join(after);
}

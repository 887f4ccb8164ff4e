/** One line of a Containerfile: `COPY`, and what stands behind it. */
export interface Instruction {
  name: string;
  words: string;
}

/** What stands between one FROM and the next. */
export interface Stage {
  name: string;
  instructions: Instruction[];
}

/** Reads as much of the language as our own file uses; continued lines are joined, comments are left out. */
export function readStages(text: string): Stage[] {
  const stages: Stage[] = [];
  const lines = text.replaceAll("\\\n", " ").split("\n");
  for (const line of lines.map((each) => each.trim())) {
    if (line === "" || line.startsWith("#")) continue;
    const [, name = "", words = ""] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === "FROM") stages.push({ name: / AS (\w+)$/.exec(words)?.[1] ?? "last", instructions: [] });
    else stages.at(-1)!.instructions.push({ name, words });
  }
  return stages;
}

/** `A=1 B=2`, as ENV has them. */
export function readEnv(words: string): Record<string, string> {
  return Object.fromEntries(
    words.split(/\s+/).map((each) => {
      const at = each.indexOf("=");
      return [each.slice(0, at), each.slice(at + 1)];
    }),
  );
}

/** The command of CMD and of HEALTHCHECK … CMD, which are JSON. */
export function readCommand(words: string): string[] {
  return JSON.parse(words.slice(words.indexOf("["))) as string[];
}

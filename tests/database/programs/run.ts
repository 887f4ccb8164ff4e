import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

export interface Run {
  child: ChildProcess;
  output: () => string;
  /** Resolves as soon as the output holds these words; fails where the program ends before. */
  says: (words: string) => Promise<void>;
  /** The exit code, or null after a signal. */
  ended: Promise<number | null>;
}

/** Starts a program of the checkout under Node, with TypeScript understood. */
export function run(program: string, words: string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, ["--import", "tsx", program, ...words], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...env },
  });
  let text = "";
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const says = (wanted: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (text.includes(wanted)) resolve();
      };
      for (const stream of [child.stdout, child.stderr]) stream.on("data", look);
      child.once("close", () => reject(new Error(`It ended before it said "${wanted}": ${text}`)));
      look();
    });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").prependListener("data", (chunk: string) => {
      text += chunk;
    });
  }
  return { child, output: () => text, says, ended };
}

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");

/** The server as a process of its own, which can be killed. */
export interface ServerProcess {
  url: string;
  /** From here on nobody reads what it writes. */
  stopReading: () => void;
  /** Ends it, and waits until it is gone. */
  kill: (signal: NodeJS.Signals) => Promise<void>;
}

/** @param env all of its settings; where no PORT is given it takes any that is free */
export async function startProcess(env: Record<string, string>): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-process-"));
  // Not through tsx's command, which would run the server in a child of its own: a kill must strike the server.
  const program = [
    "--import",
    join(ROOT, "node_modules/tsx/dist/loader.mjs"),
    join(ROOT, "server/src/main.ts"),
  ];
  const child = spawn(process.execPath, program, {
    cwd: folder,
    env: {
      PATH: process.env["PATH"] ?? "",
      DATA_DIR: folder,
      PORT: "0",
      TSX_TSCONFIG_PATH: join(ROOT, "tsconfig.json"),
      ...env,
    },
  });
  const gone = new Promise<void>((done) => child.once("close", () => done()));
  const url = await new Promise<string>((up, refuse) => {
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        const [, found] = /API\s+(http:\S+)\/trpc/.exec(text) ?? [];
        if (found !== undefined) up(found);
      });
    child.once("close", () => refuse(new Error(text)));
  });
  return {
    url,
    stopReading: () => void child.stdout.pause(),
    kill: async (signal) => {
      child.kill(signal);
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

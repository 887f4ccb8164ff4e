import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startPinned, stopped } from "../stage/processes.ts";
import type { GroupReport, Order } from "./orders.ts";

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));

/** The process that makes the load, on the core that the servers do not have. */
export interface Load {
  run(order: Order): Promise<GroupReport[]>;
  stop(): Promise<void>;
}

type Said = { reports: GroupReport[] } | { failure: string };

export function startLoad(): Load {
  const worker = startPinned("load", { words: ["--import", "tsx", WORKER], ipc: true });
  return {
    run: async (order) => {
      worker.send(order);
      const said = await nextWord(worker);
      if ("failure" in said) throw new Error(`the load failed: ${said.failure}`);
      return said.reports;
    },
    stop: () => stopped(worker),
  };
}

function nextWord(worker: ChildProcess): Promise<Said> {
  return new Promise((resolve, reject) => {
    const lost = (): void => reject(new Error("the load process has ended"));
    worker.once("exit", lost);
    worker.once("message", (said) => {
      worker.off("exit", lost);
      resolve(said as Said);
    });
  });
}

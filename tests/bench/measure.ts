import type { Group, GroupReport } from "./load/orders.ts";
import { cpuSeconds } from "./stage/probes.ts";
import type { StageServer } from "./stage/servers.ts";
import type { Stage } from "./stage/stage.ts";

/** How long is measured. */
export interface Pace {
  isQuick: boolean;
  warmSeconds: number;
  seconds: number;
  rounds: number;
}

export const CONNECTIONS = 64;

/** One way of asking one server, which others are compared with. */
export interface Lane {
  name: string;
  server: StageServer;
  /** The requests of a round, of which the first, 0, is not measured. Where they are good for one use (`once`), each has others. */
  requests: (round: number) => string[];
  once?: boolean;
  connections?: number;
  /** Others who ask the same server at the same time. What they get may be anything. */
  beside?: Group[];
}

/** Medians over the rounds. */
export interface Measured {
  name: string;
  perSecond: number;
  p50: number;
  p99: number;
  /** Microseconds of CPU of the server for one request, of whoever asked. */
  cpu: number;
}

/** Asks each lane in turn, round after round, so that whatever slows the machine down slows all of them. */
export async function measure(stage: Stage, lanes: readonly Lane[], pace: Pace): Promise<Measured[]> {
  for (const lane of lanes) await ask(stage, lane, { round: 0, seconds: pace.warmSeconds });
  await stage.clearCore();
  const rounds: Measured[][] = [];
  for (let round = 1; round <= pace.rounds; round++) {
    const measured: Measured[] = [];
    for (const lane of lanes) measured.push(await ask(stage, lane, { round, seconds: pace.seconds }));
    rounds.push(measured);
  }
  return lanes.map((_, index) => medians(rounds.map((round) => round[index]!)));
}

async function ask(
  { load }: Stage,
  lane: Lane,
  { round, seconds }: { round: number; seconds: number },
): Promise<Measured> {
  const { server, beside = [], connections = CONNECTIONS } = lane;
  const before = cpuSeconds(server.pid);
  const requests = lane.requests(round);
  const groups = [{ port: server.port, connections, requests }, ...beside];
  const reports = await load.run({ groups, seconds: lane.once === true ? null : seconds });
  const [own] = reports as [GroupReport];
  refuseRefusals(lane.name, own);
  const all = reports.reduce((sum, report) => sum + report.requests, 0);
  const { perSecond, p50, p99 } = own;
  return { name: lane.name, perSecond, p50, p99, cpu: ((cpuSeconds(server.pid) - before) / all) * 1e6 };
}

/** A refusal is cheap: a benchmark that was refused would look splendid. */
function refuseRefusals(name: string, { statuses, requests }: GroupReport): void {
  if (requests === 0 || statuses["200"] !== requests)
    throw new Error(`${name} was not answered with 200 throughout: ${JSON.stringify(statuses)}`);
}

function medians(rounds: readonly Measured[]): Measured {
  const of = (key: "perSecond" | "p50" | "p99" | "cpu"): number => median(rounds.map((round) => round[key]));
  return {
    name: rounds[0]!.name,
    perSecond: of("perSecond"),
    p50: of("p50"),
    p99: of("p99"),
    cpu: of("cpu"),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

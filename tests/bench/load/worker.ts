import { createHistogram } from "node:perf_hooks";
import type { RecordableHistogram } from "node:perf_hooks";
import { openConnection } from "./connection.ts";
import type { Group, GroupReport, Order } from "./orders.ts";

/** The process that asks. It gets one order at a time from its parent and answers with what it saw. */
process.on("message", (order: Order) => {
  run(order).then(
    (reports) => process.send?.({ reports }),
    (error: unknown) => process.send?.({ failure: error instanceof Error ? error.message : String(error) }),
  );
});

async function run({ groups, seconds }: Order): Promise<GroupReport[]> {
  const deadline = seconds === null ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1_000;
  return Promise.all(groups.map((group) => runGroup(group, deadline, seconds !== null)));
}

/** @param isEndless whether the requests begin again when each has been asked once */
async function runGroup(group: Group, deadline: number, isEndless: boolean): Promise<GroupReport> {
  const times = createHistogram();
  const statuses: Record<string, number> = {};
  const started = performance.now();
  let next = 0;
  const take = (): string | undefined => {
    const index = next++;
    return group.requests[isEndless ? index % group.requests.length : index];
  };
  const askers = Array.from({ length: group.connections }, async () => {
    const connection = await openConnection(group.port);
    for (let request = take(); request !== undefined && performance.now() < deadline; request = take()) {
      const { status, milliseconds } = await connection.ask(request);
      times.record(Math.max(1, Math.round(milliseconds * 1_000)));
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    connection.close();
  });
  await Promise.all(askers);
  return reportOf(times, statuses, performance.now() - started);
}

function reportOf(times: RecordableHistogram, statuses: Record<string, number>, took: number): GroupReport {
  return {
    requests: times.count,
    perSecond: times.count / (took / 1_000),
    p50: times.percentile(50) / 1_000,
    p99: times.percentile(99) / 1_000,
    statuses,
  };
}

import type { ByHand, RawTransaction } from "./database/by-hand.ts";
import type { Traces } from "./providers/traces.ts";

/** Shows statements by hand in a trace, as Prisma shows its own. Their values are parameters and stay out of it. */
export function tracedByHand(byHand: ByHand, traces: Traces | null): ByHand {
  if (traces === null) return byHand;
  const show = <Value>(name: string, text: string | null, work: () => Promise<Value>): Promise<Value> =>
    traces.part(name, (stretch) => {
      stretch.note({ "db.system.name": "postgresql", ...(text === null ? {} : { "db.query.text": text }) });
      return work();
    });
  return {
    ask: <Row extends object>(statement: Parameters<ByHand["ask"]>[0]) =>
      show("gatehouse:db_query", statement.text, () => byHand.ask<Row>(statement)),
    inTransaction: <Result>(work: (tx: RawTransaction) => Promise<Result>) =>
      show("gatehouse:db_transaction", null, () => byHand.inTransaction(work)),
  };
}

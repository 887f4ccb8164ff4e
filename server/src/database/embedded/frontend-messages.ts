const QUERY = 0x51;
const SYNC = 0x53;
const TERMINATE = 0x58;
const READY_FOR_QUERY = 0x5a;
const IDLE = 0x49;

export type Cycle =
  /** Not all of it has arrived yet. */
  | { kind: "incomplete" }
  | { kind: "goodbye" }
  /** Everything up to and with the message that makes the server answer. */
  | { kind: "complete"; length: number };

/**
 * Finds the first whole question in what the driver has written: PostgreSQL answers after a startup packet,
 * a Query or a Sync, and only then is it sure that an answer comes (protocol 3.0, "Message Flow").
 *
 * @param started whether the startup packet has gone by; it alone carries no type byte
 */
export function nextCycle(bytes: Buffer, started: boolean): Cycle {
  let position = 0;
  while (position + 5 <= bytes.length) {
    const type = started ? bytes[position] : undefined;
    const length = started ? bytes.readInt32BE(position + 1) + 1 : bytes.readInt32BE(position);
    if (position + length > bytes.length) break;
    if (type === TERMINATE) return { kind: "goodbye" };
    position += length;
    if (type === undefined || type === SYNC || type === QUERY) return { kind: "complete", length: position };
  }
  return { kind: "incomplete" };
}

/** Whether an answer ends with ReadyForQuery in the state "idle": no transaction is open. */
export function endsIdle(answer: Buffer): boolean {
  const ready = answer.subarray(-6);
  return (
    ready.length === 6 && ready[0] === READY_FOR_QUERY && ready.readInt32BE(1) === 5 && ready[5] === IDLE
  );
}

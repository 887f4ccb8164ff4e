import { Duplex } from "node:stream";
import type { PGlite } from "@electric-sql/pglite";
import { endsIdle, nextCycle } from "./frontend-messages.ts";
import type { SessionTurn } from "./session-turn.ts";

type Done = (error?: Error | null) => void;

/**
 * What the `pg` driver takes for a socket: the bytes go to PGlite in this process and its answers come back.
 *
 * PGlite has one session. A stream takes its turn with the first byte of a question and passes it on when the
 * server says "idle", so a transaction is never interleaved with another connection's statements.
 */
export class PgliteStream extends Duplex {
  readonly #pglite: PGlite;
  readonly #turn: SessionTurn;
  #unread: Buffer = Buffer.alloc(0);
  #started = false;
  #myTurn = false;

  constructor(pglite: PGlite, turn: SessionTurn) {
    super();
    this.#pglite = pglite;
    this.#turn = turn;
  }

  connect(): this {
    queueMicrotask(() => this.emit("connect"));
    return this;
  }

  // The driver calls these on its socket; here there is nothing to set.
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    void finish(this.#feed(chunk), done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    void finish(this.#feed(Buffer.concat(chunks.map(({ chunk }) => chunk))), done);
  }

  override _destroy(error: Error | null, done: Done): void {
    void finish(this.#leave(), (failure) => done(error ?? failure));
  }

  async #feed(chunk: Buffer): Promise<void> {
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    for (;;) {
      const cycle = nextCycle(this.#unread, this.#started);
      if (cycle.kind === "incomplete") return;
      if (cycle.kind === "goodbye") {
        this.push(null);
        return;
      }
      const question = this.#unread.subarray(0, cycle.length);
      this.#unread = this.#unread.subarray(cycle.length);
      this.#started = true;
      this.push(await this.#ask(question));
    }
  }

  async #ask(question: Buffer): Promise<Buffer> {
    if (!this.#myTurn) {
      await this.#turn.take();
      this.#myTurn = true;
    }
    const parts: Uint8Array[] = [];
    await this.#pglite.runExclusive(() =>
      this.#pglite.execProtocolRawStream(question, {
        // PGlite reuses the memory behind the part as soon as this returns.
        onRawData: (part) => parts.push(part.slice()),
      }),
    );
    const answer = Buffer.concat(parts);
    if (endsIdle(answer)) this.#passTurn();
    return answer;
  }

  /** The session outlives this connection: what it left open would be found by the next one. */
  async #leave(): Promise<void> {
    if (!this.#myTurn) await this.#turn.take();
    this.#myTurn = true;
    try {
      if (!this.#started || this.#pglite.closed) return;
      await this.#pglite.exec("ROLLBACK");
      await this.#pglite.exec("DISCARD ALL");
    } finally {
      this.#passTurn();
    }
  }

  #passTurn(): void {
    this.#myTurn = false;
    this.#turn.pass();
  }
}

/** A stream wants to be called back, with the error as an argument. */
async function finish(work: Promise<void>, done: Done): Promise<void> {
  const failure = await work.then(
    () => null,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  done(failure);
}

/**
 * The right to speak to the one session that PGlite has. Whoever holds it speaks alone; the others wait in line.
 */
export class SessionTurn {
  #taken = false;
  readonly #waiting: (() => void)[] = [];

  async take(): Promise<void> {
    if (this.#taken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#taken = true;
  }

  /** Hands the turn straight to the next in line, so that nobody can slip in between. */
  pass(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#taken = false;
  }
}

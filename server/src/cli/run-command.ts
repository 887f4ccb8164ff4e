/** Runs a command; a failure is one sentence on standard error and the exit code 1. */
export async function runCommand(usage: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${reason || "It failed without saying why."}\nUsage: ${usage}\n`);
    process.exitCode = 1;
  }
}

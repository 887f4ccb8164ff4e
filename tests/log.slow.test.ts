import { expect, onTestFinished, test } from "vitest";
import { startProcess } from "./support/server-process.ts";

/** Its line in the log is as long: 2,500 of them are more than the 16 MB that are kept for a reader. */
const LONG_PATH = `/nowhere/${"x".repeat(8_000)}`;

test("a server whose log nobody reads goes on serving, and counts the lines that it drops", async () => {
  const { url, stopReading, kill } = await startProcess({});
  onTestFinished(() => kill("SIGKILL"));
  const dropped = async (): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(/^gatehouse_log_lines_dropped_total (\d+)$/m.exec(text)?.[1]);
  };
  expect(await dropped()).toBe(0);

  stopReading();
  for (let turn = 0; turn < 60; turn++) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(url + LONG_PATH)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
  }
  expect(await dropped()).toBeGreaterThan(100);
});

import type { Measured } from "./measure.ts";

/** What a scenario has found out: a table for people, and whether what we want holds. */
export interface Finding {
  head: string[];
  rows: string[][];
  goals: Goal[];
}

export interface Goal {
  /** What is compared, and where the bound lies, in words. */
  text: string;
  value: number;
  bound: { atLeast: number } | { atMost: number };
}

export function isReached({ value, bound }: Goal): boolean {
  return "atLeast" in bound ? value >= bound.atLeast : value <= bound.atMost;
}

/** One line for each lane; ratios are to the lane of this name, if it is there. */
export function laneTable(lanes: readonly Measured[], base: string): Pick<Finding, "head" | "rows"> {
  const of = lanes.find(({ name }) => name === base);
  return {
    head: ["", "requests/s", "p50 ms", "p99 ms", "CPU µs/request", `× ${base}`],
    rows: lanes.map((lane) => [
      lane.name,
      whole(lane.perSecond),
      lane.p50.toFixed(2),
      lane.p99.toFixed(2),
      whole(lane.cpu),
      of === undefined ? "" : (lane.perSecond / of.perSecond).toFixed(2),
    ]),
  };
}

export function goalLine(goal: Goal): string {
  const bound = "atLeast" in goal.bound ? `at least ${goal.bound.atLeast}` : `at most ${goal.bound.atMost}`;
  const verdict = isReached(goal) ? "reached" : "NOT reached";
  return `${goal.text}: ${goal.value.toPrecision(3)} (${bound}), ${verdict}`;
}

export function plainTable({ head, rows }: Pick<Finding, "head" | "rows">): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)),
  );
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join("   "),
    )
    .join("\n");
}

/** Padded as the formatter pads it. */
export function markdownTable({ head, rows }: Pick<Finding, "head" | "rows">): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

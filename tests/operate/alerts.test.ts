import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { send } from "../support/raw.ts";
import { has, run } from "../support/shell.ts";

const alerts = await readFile("docs/operate/alerts.yaml", "utf8");
const dashboard = await readFile("docs/operate/dashboard.json", "utf8");
const page = await readFile("docs/operate.md", "utf8");

/** Every number of a running server, as Prometheus stores it: a histogram is three of them. */
async function numbersOfAServer(): Promise<Set<string>> {
  const { text } = await send("/metrics");
  const rows = [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)];
  return new Set(
    rows.flatMap(([, name = "", kind]) =>
      kind === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}

function numbersNamedIn(text: string): string[] {
  return [...new Set(text.match(/\b(?:gatehouse|nodejs|process)_\w+/g))];
}

/** A heading as the address of its section. */
function anchors(markdown: string): Set<string> {
  const headings = [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    ),
  );
}

describe("what operators are given", () => {
  test.each([
    ["the alerts", alerts, 12],
    ["the dashboard", dashboard, 15],
  ])("%s name only numbers that a server has", async (_what, text, least) => {
    const known = await numbersOfAServer();
    const named = numbersNamedIn(text);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
    expect(named.length).toBeGreaterThanOrEqual(least);
  });

  test("every number of ours is explained", async () => {
    const families = [...(await numbersOfAServer())].map((name) => name.replace(/_(bucket|sum|count)$/, ""));
    const ours = families.filter((name) => name.startsWith("gatehouse_"));
    expect(ours.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  test("every alert says what to look at first, and leads to a section that is there", () => {
    const rules = alerts.split("- alert: ").slice(1);
    const known = anchors(page);
    for (const rule of rules) {
      const name = rule.split("\n", 1)[0]!;
      expect(rule, name).toMatch(/^ +first: \S/m);
      const anchor = /runbook_url: docs\/operate\.md#(\S+)/.exec(rule)?.[1] ?? "";
      expect(known.has(anchor), `${name} leads to #${anchor}`).toBe(true);
    }
    expect(rules.length).toBeGreaterThan(10);
  });

  test("the dashboard is one that Grafana can import: each panel has its place and a query", () => {
    interface Panel {
      id: number;
      type: string;
      gridPos: { x: number; w: number };
      targets?: { expr: string }[];
    }
    const { panels } = JSON.parse(dashboard) as { panels: Panel[] };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { type, gridPos, targets } of panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      expect(type === "row" || (targets ?? []).length > 0).toBe(true);
    }
  });

  test.skipIf(!has("promtool"))("Prometheus' own tool takes the rules", async () => {
    expect(await run("promtool", ["check", "rules", "docs/operate/alerts.yaml"])).toContain("SUCCESS");
  });
});

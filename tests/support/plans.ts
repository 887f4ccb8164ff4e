import type { Pool } from "pg";

/** One step of a plan as it was carried out, in PostgreSQL's own names. */
interface PlanNode {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  "Actual Rows"?: number;
  "Actual Loops"?: number;
  "Rows Removed by Filter"?: number;
  "Rows Removed by Index Recheck"?: number;
  Plans?: PlanNode[];
}

/** How one statement came by its rows: in words, and how many rows of a table it has looked at. */
export interface Reading {
  statement: string;
  /** `Index Scan on projects by projects_pkey` */
  how: string;
  table: string;
  isWhole: boolean;
  rows: number;
}

/** What a session must be told so that PostgreSQL says how it has carried out each statement. For a superuser. */
const SETTINGS = {
  session_preload_libraries: "auto_explain",
  "auto_explain.log_min_duration": "0",
  "auto_explain.log_analyze": "on",
  "auto_explain.log_timing": "off",
  "auto_explain.log_format": "json",
  // To the client that asked instead of the server's log.
  "auto_explain.log_level": "notice",
  // What triggers and foreign keys ask, too.
  "auto_explain.log_nested_statements": "on",
};

/** @param mode how prepared statements are planned: for the values at hand, or once for all values */
export function explaining(url: string, mode: "force_custom_plan" | "force_generic_plan"): string {
  const options = Object.entries({ ...SETTINGS, plan_cache_mode: mode })
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(" ");
  return `${url}?options=${encodeURIComponent(options)}`;
}

/** Notes every reading of the pool's connections. To be called before there is one. */
export function noteReadings(pool: Pool): Reading[] {
  const readings: Reading[] = [];
  pool.on("connect", (client) => {
    client.on("notice", ({ message }) => {
      const [, said] = /plan:\n(\{[^]*\})$/.exec(message ?? "") ?? [];
      if (said === undefined) return;
      const { "Query Text": statement, Plan: plan } = JSON.parse(said) as {
        "Query Text": string;
        Plan: PlanNode;
      };
      readings.push(...readingsOf(plan).map((reading) => ({ ...reading, statement })));
    });
  });
  return readings;
}

function readingsOf(node: PlanNode): Omit<Reading, "statement">[] {
  const below = (node.Plans ?? []).flatMap(readingsOf);
  const table = node["Relation Name"];
  // Only what reads has this; what writes looks at what was read below it.
  if (table === undefined || !node["Node Type"].includes("Scan")) return below;
  const index = node["Index Name"] === undefined ? "" : ` by ${node["Index Name"]}`;
  const each =
    (node["Actual Rows"] ?? 0) +
    (node["Rows Removed by Filter"] ?? 0) +
    (node["Rows Removed by Index Recheck"] ?? 0);
  const rows = each * (node["Actual Loops"] ?? 0);
  const how = `${node["Node Type"]} on ${table}${index}`;
  return [{ how, table, isWhole: node["Node Type"] === "Seq Scan", rows }, ...below];
}

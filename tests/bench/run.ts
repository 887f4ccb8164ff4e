import { parseArgs } from "node:util";
import { rewriteChapter, writeDocument } from "./document.ts";
import type { Chapter } from "./document.ts";
import type { Pace } from "./measure.ts";
import { PROGRAMS, runProgram } from "./programs.ts";
import type { Program } from "./programs.ts";
import { goalLine, isReached, plainTable } from "./report.ts";
import { calls } from "./scenarios/calls.ts";
import { flood } from "./scenarios/flood.ts";
import { growth } from "./scenarios/growth.ts";
import { keys } from "./scenarios/keys.ts";
import { memory } from "./scenarios/memory.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { start } from "./scenarios/start.ts";
import { webhooks } from "./scenarios/webhooks.ts";
import { openStage } from "./stage/stage.ts";

/**
 * `npm run bench`: our server beside others, in one run.
 *
 *   --quick       a first answer in two minutes; what takes long is left out, and nothing is written
 *   --only NAME   one of them
 *   --write       with --only: writes its chapter of docs/benchmarks.md anew
 *
 * A full run writes the whole of docs/benchmarks.md.
 */
const SCENARIOS: readonly Scenario[] = [...calls, keys, webhooks, flood, start, growth, memory];
const FULL: Pace = { isQuick: false, warmSeconds: 3, seconds: 5, rounds: 3 };
const QUICK: Pace = { isQuick: true, warmSeconds: 0.7, seconds: 1.2, rounds: 2 };

const { quick, only, write } = readWishes();
const chapters: Chapter[] = [];
const stage = await openStage((line) => void process.stderr.write(`${line}\n`));
try {
  for (const scenario of SCENARIOS) if (isWanted(scenario)) await play(scenario);
  for (const [name, program] of Object.entries(PROGRAMS))
    if (isWanted({ name, ...program })) await playProgram(name, program);
  const [chapter] = chapters;
  if (only === undefined && !quick) await writeDocument(chapters, (await stage.database()).version);
  else if (write && chapter !== undefined) await rewriteChapter(chapter);
} finally {
  await stage.close();
}
sum(chapters);

function readWishes(): { quick: boolean; only: string | undefined; write: boolean } {
  const isSet = { type: "boolean", default: false } as const;
  const { values } = parseArgs({ options: { quick: isSet, only: { type: "string" }, write: isSet } });
  const names = [...SCENARIOS.map(({ name }) => name), ...Object.keys(PROGRAMS)];
  if (values.only !== undefined && !names.includes(values.only))
    throw new Error(`--only wants one of ${names.join(", ")}`);
  if (values.write && (values.only === undefined || values.quick))
    throw new Error("--write wants --only, and not --quick");
  return { quick: values.quick, only: values.only, write: values.write };
}

function isWanted({ name, isLong = false }: { name: string; isLong?: boolean }): boolean {
  return only === undefined ? !(quick && isLong) : name === only;
}

async function play(scenario: Scenario): Promise<void> {
  const { name, about } = scenario;
  const finding = await scenario.run(stage, quick ? QUICK : FULL);
  console.log([`\n${name}: ${about}`, plainTable(finding), ...finding.goals.map(goalLine)].join("\n"));
  chapters.push({ name, about, finding });
}

async function playProgram(name: string, { file, about }: Program): Promise<void> {
  const printed = await runProgram(file, (await stage.database()).url);
  console.log(`\n${name}: ${about}\n${printed}`);
  chapters.push({ name, about, printed });
}

function sum(all: readonly Chapter[]): void {
  const goals = all.flatMap((chapter) => ("finding" in chapter ? chapter.finding.goals : []));
  if (goals.length > 0) console.log(`\n${goals.filter(isReached).length} of ${goals.length} goals reached`);
}

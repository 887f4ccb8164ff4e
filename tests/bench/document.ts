import { readFile, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { goalLine, markdownTable } from "./report.ts";
import type { Finding } from "./report.ts";
import { canPin } from "./stage/processes.ts";

export type Chapter = { name: string; about: string } & ({ finding: Finding } | { printed: string });

const DOCUMENT = new URL("../../docs/benchmarks.md", import.meta.url);
const today = (): string => new Date().toISOString().slice(0, 10);

/** Writes `docs/benchmarks.md`, as the formatter would have it. */
export async function writeDocument(chapters: readonly Chapter[], postgres: string): Promise<void> {
  const text = `# Benchmarks

Written by \`npm run bench\` on ${today()}. Ratios hold from one machine to another, absolute numbers do not.

${machine(postgres)}

What is compared: \`gatehouse\`, built and started as in production, with log, limits, metrics and audit on;
\`textbook\`, the server that the public guides add up to (\`tests/bench/textbook\`: Express, @clerk/express, tRPC's
Express adapter, Prisma); \`tRPC hello\`, tRPC's standalone adapter without a credential; \`node:http\` alone. 64
connections, 512 users, rounds of each in turn, medians. Both servers verify tokens without asking Clerk.

${chapters.map((chapter) => pageOf(chapter)).join("\n\n")}
`;
  await writeFile(DOCUMENT, text);
}

/** Puts a chapter that was measured by itself in the place of its old one, and says so there. */
export async function rewriteChapter(chapter: Chapter): Promise<void> {
  const pages = (await readFile(DOCUMENT, "utf8")).split(/^(?=## )/m);
  const place = pages.findIndex((page) => page.startsWith(`## ${chapter.name}\n`));
  if (place === -1) throw new Error("docs/benchmarks.md has no such chapter: write it by a full run");
  const isLast = place === pages.length - 1;
  pages[place] = `${pageOf(chapter, `Measured by itself on ${today()}.`)}\n${isLast ? "" : "\n"}`;
  await writeFile(DOCUMENT, pages.join(""));
}

function pageOf(chapter: Chapter, note?: string): string {
  const about = note === undefined ? chapter.about : `${chapter.about} ${note}`;
  return `## ${chapter.name}\n\n${about}\n\n${bodyOf(chapter)}`;
}

function bodyOf(chapter: Chapter): string {
  if ("printed" in chapter) return `\`\`\`text\n${chapter.printed}\n\`\`\``;
  const goals = chapter.finding.goals.map((goal) => `- ${goalLine(goal)}`);
  return [markdownTable(chapter.finding), ...(goals.length === 0 ? [] : [goals.join("\n")])].join("\n\n");
}

function machine(postgres: string): string {
  const [core] = cpus();
  const gigabytes = (totalmem() / 2 ** 30).toFixed(0);
  const cores = canPin()
    ? "The server has one core to itself; the load and PostgreSQL share the other."
    : "Nothing was pinned to a core.";
  return `${cpus().length} cores (${core?.model.trim() ?? "unknown"}), ${gigabytes} GB, Node ${process.version}, PostgreSQL ${postgres}.\n${cores}`;
}

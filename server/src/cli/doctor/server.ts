import type { Config } from "../../base/config.ts";
import { flawOfHttpParser } from "../../base/http-parser.ts";
import type { Environment } from "../../base/settings.ts";
import { z } from "zod";
import { about } from "./finding.ts";
import type { Finding } from "./finding.ts";

const server = about("server");
const PATIENCE_MS = 5_000;

const Readiness = z.object({ checks: z.record(z.string(), z.boolean()) });

/** A server that answers at the configured address; null where none does. */
export interface FoundServer {
  url: string;
  /** What `/readyz` says of the parts: database, keys, serving. */
  checks: Record<string, boolean>;
}

export function addressOf(env: Environment, { host, port }: Config): string {
  return (env["GATEHOUSE_URL"] ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}`).replace(
    /\/+$/,
    "",
  );
}

export async function findServer(url: string): Promise<FoundServer | null> {
  try {
    const answer = await fetch(`${url}/readyz`, {
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { url, ...Readiness.parse(await answer.json()) };
  } catch {
    return null;
  }
}

/** No server is no fault: the doctor is asked before the first start, too. */
export function checkServer(found: FoundServer | null, url: string): Finding {
  if (found === null) return server.warning(`no Gatehouse answers at ${url}. Start it: npm start`);
  const missing = Object.entries(found.checks).flatMap(([part, isFine]) => (isFine ? [] : [part]));
  if (missing.length === 0) return server.ok(`ready at ${url}`);
  return server.broken(`answers at ${url} but is not ready: ${missing.join(", ")}. Its log says why.`);
}

/** The doctor runs on the Node that the server runs on. */
export function checkNode(): Finding {
  const flaw = flawOfHttpParser();
  return flaw === null ? about("node").ok(process.versions.node) : about("node").warning(flaw);
}

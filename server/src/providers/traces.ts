import type { Attributes } from "@opentelemetry/api";
import type { TracesConfig } from "../base/config-traces.ts";
import type { Log } from "../base/log.ts";

/** One stretch of work, as it is seen in a trace. */
export interface Stretch {
  note: (attributes: Attributes) => void;
  /** It went wrong on our side. */
  fail: () => void;
}

/** Tells an OpenTelemetry collector what took how long. Prisma's own spans hang below ours. */
export interface Traces {
  /** @param headers of the request that began it: a caller who traces continues his own trace here */
  request<Value>(
    name: string,
    headers: { get: (name: string) => string | null },
    work: (stretch: Stretch) => Promise<Value>,
  ): Promise<Value>;
  /** Part of whatever is under way. */
  part<Value>(name: string, work: (stretch: Stretch) => Promise<Value>): Promise<Value>;
  /** Sends what has not been sent. */
  close: () => Promise<void>;
}

/** Null where no collector is configured; then not even the libraries are loaded. */
export async function openTraces(config: TracesConfig, log: Log): Promise<Traces | null> {
  if (config.kind === "off") return null;
  const { openOtlpTraces } = await import("./otlp-traces.ts");
  return openOtlpTraces(config, log);
}

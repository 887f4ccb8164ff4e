import { ERRORS } from "@gatehouse/shared";
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, context } from "@opentelemetry/api";
import type { Span } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator, setGlobalErrorHandler } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-base";
import { PrismaInstrumentation } from "@prisma/instrumentation";
import { AppError } from "../base/app-error.ts";
import type { TracesConfig } from "../base/config-traces.ts";
import type { Log } from "../base/log.ts";
import type { Stretch, Traces } from "./traces.ts";

/** How long the stop may wait for a collector that does not answer. */
const TIME_LIMIT_MS = 3_000;

/** Spans over OTLP. The context of what is under way, and Prisma's hook, are the process's own: one server a process. */
export function openOtlpTraces(config: Extract<TracesConfig, { kind: "otlp" }>, log: Log): Traces {
  // A collector that is down costs a line, and nothing else.
  setGlobalErrorHandler((error) => log.warn({ err: error }, "traces could not be sent"));
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ "service.name": config.serviceName }),
    sampler: samplerOf(config.ratio),
    spanProcessors: [
      new BatchSpanProcessor(
        new OTLPTraceExporter({
          url: `${config.endpoint}/v1/traces`,
          timeoutMillis: TIME_LIMIT_MS,
          headers: Object.fromEntries([...config.headers].map(([name, value]) => [name, value.reveal()])),
        }),
      ),
    ],
  });
  const manager = new AsyncLocalStorageContextManager().enable();
  context.setGlobalContextManager(manager);
  const prisma = new PrismaInstrumentation({ enabled: false });
  prisma.setTracerProvider(provider);
  prisma.enable();

  const tracer = provider.getTracer("gatehouse");
  const propagator = new W3CTraceContextPropagator();
  return {
    request: (name, headers, work) => {
      const parent = propagator.extract(ROOT_CONTEXT, headers, {
        get: (from, key) => from.get(key) ?? undefined,
        // W3C's headers are asked for by name.
        keys: () => [],
      });
      return tracer.startActiveSpan(name, { kind: SpanKind.SERVER }, parent, (span) => within(span, work));
    },
    part: (name, work) => tracer.startActiveSpan(name, (span) => within(span, work)),
    close: async () => {
      prisma.disable();
      await provider
        .shutdown()
        .catch((error: unknown) => log.warn({ err: error }, "traces could not be sent"));
      context.disable();
    },
  };
}

/**
 * The part is taken by the trace's id, a caller's trace included: a caller whose word counted could have every one of his
 * requests recorded. Services that take the same part keep the same traces.
 */
function samplerOf(ratio: number): ParentBasedSampler {
  const root = new TraceIdRatioBasedSampler(ratio);
  return new ParentBasedSampler({ root, remoteParentSampled: root });
}

async function within<Value>(span: Span, work: (stretch: Stretch) => Promise<Value>): Promise<Value> {
  const fail = (): void => void span.setStatus({ code: SpanStatusCode.ERROR });
  try {
    return await work({ note: (attributes) => void span.setAttributes(attributes), fail });
  } catch (error) {
    // Not what it says: a message may hold what a caller sent. And a caller who was refused is no failure of ours.
    if (!(error instanceof AppError) || ERRORS[error.code].status >= 500) fail();
    throw error;
  } finally {
    span.end();
  }
}

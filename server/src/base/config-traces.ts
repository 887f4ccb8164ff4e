import { Secret } from "./secret.ts";
import type { Settings } from "./settings.ts";

/** Where spans are sent, in the variables that every OpenTelemetry tool reads. */
export type TracesConfig =
  | { kind: "off" }
  | {
      kind: "otlp";
      /** Base of the collector; spans go to `/v1/traces` below it. */
      endpoint: string;
      /** What the collector wants to be shown. */
      headers: ReadonlyMap<string, Secret>;
      serviceName: string;
      /** The part of traces that is kept, from 0 to 1. */
      ratio: number;
    };

export function readTraces(settings: Settings): TracesConfig {
  const endpoint = settings.address("OTEL_EXPORTER_OTLP_ENDPOINT");
  if (endpoint === null) return { kind: "off" };
  return {
    kind: "otlp",
    endpoint,
    headers: readHeaders(settings),
    serviceName: settings.text("OTEL_SERVICE_NAME") ?? "gatehouse",
    ratio: settings.part("OTEL_TRACES_SAMPLER_ARG", 1),
  };
}

/** `authorization=Bearer%20abc,x-tenant=7`: values are percent-encoded. */
function readHeaders(settings: Settings): ReadonlyMap<string, Secret> {
  const entries = settings.list("OTEL_EXPORTER_OTLP_HEADERS").map((entry): [string, Secret] => {
    const at = entry.indexOf("=");
    const name = entry.slice(0, Math.max(0, at)).trim();
    const value = decode(entry.slice(at + 1).trim());
    if (!/^[\w-]+$/.test(name) || value === null)
      settings.refuse("OTEL_EXPORTER_OTLP_HEADERS", "has an entry that is not like name=value");
    return [name, new Secret(value ?? "")];
  });
  return new Map(entries);
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

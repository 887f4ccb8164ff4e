import type { IncomingMessage } from "node:http";
import type { ProcedureCard } from "../trpc/read-procedures.ts";
import { LARGEST_BATCH } from "./trpc-calls.ts";
import type { HeaderReader } from "./visit.ts";

/** Calls that came as plain JSON, written as tRPC's own client writes them. */
export interface PlainRequest {
  /** Of the address, without the query. */
  path: string;
  kind: "query" | "mutation";
  /** The procedures that are called, in this order. */
  procedures: readonly string[];
  isBatch: boolean;
  /** JSON, or nothing; rejects if the sender leaves before he has sent it. */
  input: () => Promise<string>;
}

/** A longer body goes the other road, which reads it only once the guard has let its sender in. */
const MOST_BODY_BYTES = 65_536;

/** As tRPC's own client writes it: one spelling for one meaning. A query's input is the rest of the address. */
const ADDRESS = /^(\/trpc\/([\w.,-]+))(?:\?(batch=1(?:&|$))?(?:input=([!"$%'-~]*))?)?$/;
const HOST = /^[a-z0-9._-]+(?::\d+)?$/;
const JSON_TYPE = /^application\/json(?:;|$)/i;

/**
 * Reads a request of which there is no doubt what tRPC's own adapter would make of it. Anything else is null and untouched:
 * streams, subscriptions, forms, other methods, unknown procedures, mixed or long batches, whatever is refused before a
 * procedure is called, and whatever is merely unusual.
 */
export function readPlain(
  request: IncomingMessage,
  headers: HeaderReader,
  kinds: ReadonlyMap<string, ProcedureCard["kind"]>,
): PlainRequest | null {
  const { method, url = "" } = request;
  const address = ADDRESS.exec(url);
  if (address === null || (method !== "GET" && method !== "POST") || !isPlain(headers)) return null;
  const [, path = "", names = "", batch, encoded = ""] = address;

  const isBatch = batch !== undefined;
  const procedures = isBatch ? names.split(",") : [names];
  const kind = kinds.get(procedures[0] ?? "");
  if (kind === undefined || kind === "subscription" || (kind === "mutation" && method === "GET")) return null;
  if (procedures.length > LARGEST_BATCH || procedures.some((name) => kinds.get(name) !== kind)) return null;

  const input = method === "GET" ? inAddress(encoded, headers) : inBody(request, headers);
  return input === null ? null : { path, kind, procedures, isBatch, input };
}

/** Whether the headers ask for nothing but a JSON answer to a request that every road would let in. */
function isPlain(headers: HeaderReader): boolean {
  const type = headers.get("content-type");
  return (
    isKnownHost(headers.get("host") ?? "") &&
    (type === null || JSON_TYPE.test(type)) &&
    headers.get("content-encoding") === null &&
    headers.get("transfer-encoding") === null &&
    headers.get("trpc-accept") === null &&
    !(headers.get("accept") ?? "").includes("application/jsonl")
  );
}

let lastHost = "";

/** The one that was seen last is not looked at again: a server has few names. */
function isKnownHost(host: string): boolean {
  if (host !== lastHost && (!HOST.test(host) || !URL.canParse(`http://${host}`))) return false;
  lastHost = host;
  return true;
}

/** Null where there is a body as well, or the input is not what `encodeURIComponent` writes. */
function inAddress(encoded: string, headers: HeaderReader): PlainRequest["input"] | null {
  if ((headers.get("content-length") ?? "0") !== "0") return null;
  try {
    const input = decodeURIComponent(encoded.replaceAll("+", " "));
    return () => Promise.resolve(input);
  } catch {
    return null;
  }
}

/** The body is read at once: it is short, and a sender who leaves as soon as he has sent it has still sent it. */
function inBody(request: IncomingMessage, headers: HeaderReader): PlainRequest["input"] | null {
  const length = headers.get("content-length") ?? "";
  if (!/^\d{1,5}$/.test(length) || Number(length) > MOST_BODY_BYTES) return null;
  if (headers.get("content-type") === null) return null;
  const body = readBody(request);
  // Whoever is refused before his input is looked at never asks what has become of it.
  body.catch(() => undefined);
  return () => body;
}

/** Of ill-formed UTF-8 it makes what `Request.text()` makes of it. */
const decoder = new TextDecoder();

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => resolve(decoder.decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))));
    request.on("error", reject);
    request.on("close", () => reject(new Error("the sender has left")));
  });
}

import { httpBatchLink, httpBatchStreamLink, httpLink, isNonJsonSerializable } from "@trpc/client";
import type { HTTPHeaders, Operation, TRPCLink } from "@trpc/client";
import type { AnyRouter } from "@trpc/server";
import { tokenOf } from "./auth-link.ts";
import type { Transport } from "./transport.ts";

/** Proxies and browsers begin to cut addresses off a little above this. */
const MAX_URL_LENGTH = 2_000;
/** The server refuses larger batches. */
const MAX_ITEMS = 10;

export interface BatchOptions {
  url: string;
  fetch: Transport;
  /** Headers for one request, which carries this token if any. */
  headers: (token: string | undefined) => Promise<Record<string, string>>;
  /** Whether the answers of a batch come one by one. */
  stream: boolean;
}

type Lane = ReturnType<TRPCLink<AnyRouter>>;

/**
 * Sends the calls of one moment together. A batch asks for its headers once and is limited and logged as a whole,
 * so calls with different tokens or about different workspaces never share one.
 */
export function batchLink(options: BatchOptions): TRPCLink<AnyRouter> {
  const { url, fetch } = options;
  const headers = ({ opList: [first] }: { opList: [Operation, ...Operation[]] }): Promise<HTTPHeaders> =>
    options.headers(tokenOf(first));
  const gather = options.stream ? httpBatchStreamLink : httpBatchLink;
  const batch = gather({ url, fetch, headers, maxURLLength: MAX_URL_LENGTH, maxItems: MAX_ITEMS });
  const single = { url, fetch, headers: ({ op }: { op: Operation }) => options.headers(tokenOf(op)) };
  const alone = httpLink(single);
  const posted = httpLink({ ...single, methodOverride: "POST" });

  return (runtime) => {
    const lanesOfOne = { alone: alone(runtime), posted: posted(runtime) };
    const lanes = new Map<string, Lane>();
    const laneOf = (op: Operation): Lane => {
      const key = JSON.stringify([tokenOf(op), workspaceOf(op)]);
      const lane = lanes.get(key) ?? batch(runtime);
      // A lane lives as long as the moment whose calls it gathers; kept, there would be one for every token ever used.
      if (lanes.size === 0) setTimeout(() => lanes.clear());
      lanes.set(key, lane);
      return lane;
    };
    return (call) => {
      const way = wayOf(call.op, url);
      return (way === "batched" ? laneOf(call.op) : lanesOfOne[way])(call);
    };
  };
}

/** A file goes alone, and so does a query that is too long for an address: its input is sent as the body. */
function wayOf({ type, path, input }: Operation, url: string): "batched" | "alone" | "posted" {
  if (isNonJsonSerializable(input)) return "alone";
  if (type !== "query") return "batched";
  const rest = "/?batch=1&input=".length + encodeURIComponent('{"0":}').length;
  const length = url.length + path.length + rest + encodeURIComponent(JSON.stringify(input) ?? "").length;
  return length <= MAX_URL_LENGTH ? "batched" : "posted";
}

function workspaceOf({ input }: Operation): unknown {
  return typeof input === "object" && input !== null && "workspaceId" in input
    ? input.workspaceId
    : undefined;
}

import { httpBatchLink, httpLink } from "@trpc/client";
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
  const batch = httpBatchLink({ url, fetch, headers, maxURLLength: MAX_URL_LENGTH, maxItems: MAX_ITEMS });
  const alone = httpLink({ url, fetch, headers: ({ op }) => options.headers(tokenOf(op)) });

  return (runtime) => {
    const single = alone(runtime);
    const lanes = new Map<string, Lane>();
    const laneOf = (op: Operation): Lane => {
      const key = JSON.stringify([tokenOf(op), workspaceOf(op)]);
      const lane = lanes.get(key) ?? batch(runtime);
      // A lane lives as long as the moment whose calls it gathers; kept, there would be one for every token ever used.
      if (lanes.size === 0) setTimeout(() => lanes.clear());
      lanes.set(key, lane);
      return lane;
    };
    return (call) => (fitsBatch(call.op, url) ? laneOf(call.op)(call) : single(call));
  };
}

/** A query too long for a batch's address goes alone, where tRPC would refuse to send it at all. */
function fitsBatch({ type, path, input }: Operation, url: string): boolean {
  if (type !== "query") return true;
  const rest = "/?batch=1&input=".length + encodeURIComponent('{"0":}').length;
  const length = url.length + path.length + rest + encodeURIComponent(JSON.stringify(input) ?? "").length;
  return length <= MAX_URL_LENGTH;
}

function workspaceOf({ input }: Operation): unknown {
  return typeof input === "object" && input !== null && "workspaceId" in input
    ? input.workspaceId
    : undefined;
}

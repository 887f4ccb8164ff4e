/** Requests as they go over the wire. Those of tRPC are the same for our server and for the textbook. */

export function query(path: string, input?: unknown, token?: string): string {
  const search = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  return request("GET", `/trpc/${path}${search}`, bearer(token));
}

/** Several queries in one request. */
export function batch(calls: readonly (readonly [path: string, input?: unknown])[], token: string): string {
  const inputs = Object.fromEntries(
    calls.flatMap(([, input], index) => (input === undefined ? [] : [[index, input]])),
  );
  const paths = calls.map(([path]) => path).join(",");
  const search = `batch=1&input=${encodeURIComponent(JSON.stringify(inputs))}`;
  return request("GET", `/trpc/${paths}?${search}`, bearer(token));
}

export function mutation(path: string, input: unknown, token: string): string {
  return request("POST", `/trpc/${path}`, bearer(token), JSON.stringify(input));
}

export function request(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): string {
  const about =
    body === undefined
      ? {}
      : { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) };
  const lines = Object.entries({ host: "127.0.0.1", ...headers, ...about }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return `${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body ?? ""}`;
}

function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

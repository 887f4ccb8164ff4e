import { testServer } from "./server.ts";

/** What came back over plain HTTP. */
export interface RawAnswer {
  status: number;
  headers: Headers;
  text: string;
  json: unknown;
  /** The precise code, from a tRPC error or a problem document. */
  code: string | null;
  reason: string | null;
}

/** One call as curl would make it, for what the typed client would never send. */
export async function send(path: string, init: RequestInit & { token?: string } = {}): Promise<RawAnswer> {
  const { url } = await testServer();
  const { token, ...rest } = init;
  const headers = new Headers(rest.headers);
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  const answer = await fetch(`${url}${path}`, { ...rest, headers });
  const text = await answer.text();
  const json = parse(text);
  const data =
    (json as { error?: { data?: Record<string, unknown> } } | null)?.error?.data ??
    (json as Record<string, unknown> | null);
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    json,
    code: typeof data?.["code"] === "string" ? data["code"] : null,
    reason: typeof data?.["reason"] === "string" ? data["reason"] : null,
  };
}

/** A mutation with any input at all. */
export function post(procedure: string, input: unknown, token?: string): Promise<RawAnswer> {
  const body = typeof input === "string" ? input : JSON.stringify(input);
  return send(`/trpc/${procedure}`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json" },
    ...(token === undefined ? {} : { token }),
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

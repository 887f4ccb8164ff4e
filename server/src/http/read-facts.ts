import type { RequestFacts } from "../trpc/context.ts";

/** What the door has found out about a request. */
export type Seen = Pick<RequestFacts, "requestId" | "address">;

/** What procedures may know of a request, the same in every way in. */
export function readFacts({ headers }: Request, seen: Seen): RequestFacts {
  return {
    ...seen,
    authorization: headers.get("authorization"),
    adminKey: headers.get("x-admin-key"),
    calls: 1,
  };
}

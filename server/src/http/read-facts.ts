import type { RequestFacts } from "../trpc/context.ts";
import type { HeaderReader } from "./visit.ts";

/** What the door has found out about a request. */
export type Seen = Pick<RequestFacts, "requestId" | "address">;

/** What procedures may know of a request, the same in every way in. */
export function readFacts(
  { headers }: { headers: HeaderReader },
  { requestId, address }: Seen,
  asked: Pick<RequestFacts, "calls" | "isForAdmins">,
): RequestFacts {
  return {
    requestId,
    address,
    ...asked,
    authorization: headers.get("authorization"),
    adminKey: headers.get("x-admin-key"),
  };
}

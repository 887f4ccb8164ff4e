import type { CurrentUser } from "../access/contexts.ts";
import { enterUser } from "../access/enter-user.ts";
import { readCredential } from "../identity/credentials.ts";
import type { Principal } from "../identity/principal.ts";
import { resolvePrincipal } from "../identity/resolve.ts";
import type { Services } from "../services.ts";

/** What a request brings along that procedures may ask about. */
export interface RequestFacts {
  requestId: string;
  authorization: string | null;
  adminKey: string | null;
  /** Where the request comes from, behind the proxies that are trusted; null where it is not known. */
  address: string | null;
}

/**
 * One request, which may be a batch of many calls. Nothing of one call's workspace is ever kept here: the next
 * call of the batch may be about another one.
 */
export interface RequestContext {
  requestId: string;
  adminKey: string | null;
  services: Services;
  asker: Asker;
}

/** Who is asking; found out when somebody wants to know, and once a request. */
export interface Asker {
  /** Never rejects: a bad credential is a principal of the kind `rejected`. */
  principal: () => Promise<Principal>;
  /** The live user, or the refusal of whoever is none. */
  user: () => Promise<CurrentUser>;
}

export function openRequest(facts: RequestFacts, services: Services): RequestContext {
  const principal = once(() =>
    resolvePrincipal(readCredential(facts.authorization), facts.address, services.identity),
  );
  const user = once(async () => enterUser(await principal(), services.users));
  return { requestId: facts.requestId, adminKey: facts.adminKey, services, asker: { principal, user } };
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}

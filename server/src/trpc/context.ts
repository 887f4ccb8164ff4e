import type { CurrentUser } from "../access/contexts.ts";
import { enterUser } from "../access/enter-user.ts";
import type { Callers } from "../access/callers.ts";
import { badAdminKeys, quotaOf, requireRate } from "../access/rate-limit.ts";
import type { RateState } from "../access/rate-limit.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Soon } from "../base/soon.ts";
import { readAdminKey } from "../identity/admin-key.ts";
import type { ShownAdminKey } from "../identity/admin-key.ts";
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
  /** How many calls it brings: each of a batch counts. */
  calls: number;
  /** Whether one of them is for admins. Elsewhere an admin key is not looked at. */
  isForAdmins: boolean;
}

/**
 * One request, which may be a batch of many calls. Nothing of one call's workspace is ever kept here: the next
 * call of the batch may be about another one.
 */
export interface RequestContext {
  requestId: string;
  services: Services;
  asker: Asker;
  rate: RequestRate;
  /** The caller's name for this one call, which makes it harmless to repeat. A batch of several calls has none. */
  repeatKey: string | null;
}

/** How much of the caller's quota this request takes. */
export interface RequestRate {
  /** Takes it, once for the whole request. Rejects with RATE_LIMITED. */
  take: () => Promise<void>;
  /** What is left, for the answer's headers; null as long as nothing was taken. */
  state: RateState | null;
}

/** Who is asking; found out when somebody wants to know, and once a request. */
export interface Asker {
  /** Never rejects: a bad credential is a principal of the kind `rejected`. */
  principal: () => Soon<Principal>;
  /** The live user, or the refusal of whoever is none. */
  user: () => Soon<CurrentUser>;
  /** What the X-Admin-Key is worth. A wrong one is counted; rejects with RATE_LIMITED after too many from one address. */
  adminKey: () => Promise<ShownAdminKey>;
  /**
   * The same caller, looked at anew: for streams, which outlive what was known when they began. A user's token has done
   * its part by then and may have expired; that his session is open and he is not banned is asked again.
   */
  again: () => Asker;
}

export function openRequest(facts: RequestFacts, services: Services): RequestContext {
  const { requestId, address, calls, isForAdmins } = facts;
  const { rateLimits } = services;
  const noted = (found: Principal): Principal => {
    noteJudgement(found, services.metrics);
    return found;
  };
  const find = (): Soon<Principal> => {
    const found = resolvePrincipal(readCredential(facts.authorization), address, services.identity);
    return found instanceof Promise ? found.then(noted) : noted(found);
  };
  const principal = once(find);
  const adminKey = once(async () => {
    const shown = readAdminKey(facts.adminKey, services.config.adminKeys);
    if (shown === "wrong")
      requireRate(await rateLimits.consume(badAdminKeys(address, rateLimits.policies), calls));
    return shown;
  });
  const rate: RequestRate = {
    state: null,
    take: once(async () => {
      // A right one is a good credential, too. It is not asked for elsewhere, where guesses would not be counted.
      if (isForAdmins && (await adminKey()) === "right") return;
      const quota = quotaOf(await principal(), address, rateLimits);
      if (quota === null) return;
      rate.state = await rateLimits.consume(quota, calls);
      requireRate(rate.state);
    }),
  };
  const asker = openAsker(principal, find, { adminKey, callers: services.callers });
  return { requestId, services, asker, rate, repeatKey: null };
}

function openAsker(
  principal: () => Soon<Principal>,
  find: () => Soon<Principal>,
  tools: Pick<Asker, "adminKey"> & { callers: Callers },
): Asker {
  const { adminKey, callers } = tools;
  const again = async (): Promise<Principal> => {
    const earlier = await principal();
    const isOfSession = earlier.kind === "user" && (earlier.via === "session" || earlier.via === "template");
    return isOfSession ? earlier : find();
  };
  return {
    principal,
    user: once(() => {
      const known = principal();
      return known instanceof Promise
        ? known.then((found) => enterUser(found, callers))
        : enterUser(known, callers);
    }),
    adminKey,
    again: () => openAsker(once(again), find, tools),
  };
}

/** What became of a credential. Whoever shows none is no news. */
function noteJudgement(principal: Principal, { judged }: Metrics): void {
  if (principal.kind === "anonymous") return;
  if (principal.kind === "rejected") judged("unknown", principal.code);
  else judged(principal.kind === "user" ? principal.via : principal.kind, "accepted");
}

function once<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}

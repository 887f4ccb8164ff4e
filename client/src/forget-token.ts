/** Registered, so that it is the same one if a bundler should load this file twice. */
const FORGET = Symbol.for("@gatehouse/client/forget-token");

/** Notes on a client what `forgetToken` does with it. */
export function setForget(api: object, forget: () => void): void {
  Object.defineProperty(api, FORGET, { value: forget });
}

/**
 * Says that another user has signed in: the next call asks `getToken` anew, although an answer for the user before him
 * may be under way. `GatehouseProvider` says so by itself.
 */
export function forgetToken(api: object): void {
  const forget: unknown = Reflect.get(api, FORGET);
  if (typeof forget === "function") forget();
}

import { isApiError } from "@gatehouse/client";
import type { ErrorCode } from "@gatehouse/client";
import { expect } from "vitest";

declare module "vitest" {
  // The parameter must be declared as vitest declares it.
  // oxlint-disable-next-line typescript/no-explicit-any, typescript/no-unused-vars
  interface Matchers<T = any> {
    /** The call is answered with this refusal: the code of the catalogue, not any failure. */
    toBeRefused: (code: ErrorCode) => Promise<void>;
  }
}

expect.extend({
  async toBeRefused(call: Promise<unknown>, code: ErrorCode) {
    const outcome = await call.then(
      (answer) => `it was answered: ${JSON.stringify(answer)}`,
      (error: unknown) => (isApiError(error) ? error.code : `it failed: ${String(error)}`),
    );
    return { pass: outcome === code, message: () => `expected the refusal ${code}, but ${outcome}` };
  },
});

/** `TRPC_LANE=official npm test` runs everything without the direct lane. */
const chosen = process.env["TRPC_LANE"];

/** A setting of every server under test. */
export const LANE: Record<string, string> = chosen === undefined ? {} : { TRPC_LANE: chosen };

/** For a product's own tests: makes users, sessions and tokens at the local identity provider. */
export { openControls } from "./local-clerk/controls.ts";
export type { Controls } from "./local-clerk/controls.ts";

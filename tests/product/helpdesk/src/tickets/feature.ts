import type { ProductFeature } from "@gatehouse/server";
import { ticketsRouter } from "./router.js";
import { words } from "./words.js";

export const tickets: ProductFeature = {
  words,
  procedures: { tickets: ticketsRouter },
  migrations: new URL("../../migrations/", import.meta.url),
};

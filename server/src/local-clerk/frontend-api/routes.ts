import { Hono } from "hono";
import type { Instance } from "../instance.ts";

export function frontendApi(_instance: Instance): Hono {
  return new Hono();
}

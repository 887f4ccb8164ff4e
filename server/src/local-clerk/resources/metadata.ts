import { z } from "zod";
import type { Metadata } from "../shapes.ts";
import { Metadata as MetadataSchema } from "../http.ts";

export const GivenMetadata = z.object({
  public_metadata: MetadataSchema.nullish(),
  private_metadata: MetadataSchema.nullish(),
  unsafe_metadata: MetadataSchema.nullish(),
});
export type GivenMetadata = z.infer<typeof GivenMetadata>;

const KINDS = ["public_metadata", "private_metadata", "unsafe_metadata"] as const;
type Owner = Partial<Record<(typeof KINDS)[number], Metadata>>;

/** PATCH …/metadata: objects are merged at every depth, and null takes a key away. */
export function mergeMetadata(owner: Owner, given: GivenMetadata): void {
  for (const kind of KINDS) {
    const own = owner[kind];
    const patch = given[kind];
    if (own !== undefined && patch !== undefined && patch !== null) owner[kind] = merge(own, patch);
  }
}

/** PUT …/metadata: a kind that is given replaces the whole of it, one that is not stays. */
export function replaceMetadata(owner: Owner, given: GivenMetadata): void {
  for (const kind of KINDS) {
    const next = given[kind];
    if (owner[kind] !== undefined && next !== undefined) owner[kind] = next ?? {};
  }
}

function merge(own: Metadata, patch: Metadata): Metadata {
  // Entries of a map, because a key may be `__proto__`.
  const merged = new Map(Object.entries(own));
  for (const [key, value] of Object.entries(patch)) {
    const before = merged.get(key);
    if (value === null) merged.delete(key);
    else if (isObject(value)) merged.set(key, merge(isObject(before) ? before : {}, value));
    else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is Metadata {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

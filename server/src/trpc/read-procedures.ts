import { FEATURES, GUARD_ERRORS, isErrorCode, isPermission } from "@gatehouse/shared";
import type { ErrorCode, Feature, Guard, Permission } from "@gatehouse/shared";
import type { AnyRouter } from "@trpc/server";
import { z } from "zod";

/** Everything that the client says of one procedure. */
export interface ProcedureCard {
  path: string;
  kind: "query" | "mutation" | "subscription";
  guard: Guard;
  /** What a caller must hold in the workspace; undefined where the guard is not the workspace's. */
  permission: string | undefined;
  /** What the operator may keep for higher tiers. */
  feature: Feature | undefined;
  rest: { method: string; path: string } | undefined;
  errors: readonly ErrorCode[];
  summary: string;
  /** The schemas that an input passes, one after the other; none where nothing is asked. */
  inputs: readonly z.ZodType[];
  /** What it answers; of a subscription, one piece of it. */
  output: z.ZodType;
}

// Read as unknown data: tRPC does not carry the type of the metadata to a router's list of procedures.
const Meta = z.object({
  guard: z.custom<Guard>((value) => isKey(value, GUARD_ERRORS), "not a guard"),
  permission: z
    .custom<Permission | "any member">(
      (word) => word === "any member" || isWord(word, isPermission),
      "no permission",
    )
    .optional(),
  feature: z.enum(FEATURES).optional(),
  rest: z.object({ method: z.string(), path: z.string() }).optional(),
  errors: z
    .array(z.custom<ErrorCode>((value) => isWord(value, isErrorCode), "not a code of the catalogue"))
    .default([]),
  summary: z.string().min(1),
  yields: z.instanceof(z.ZodType).optional(),
});

/** The procedures of a router in the order of its source. Throws at one that cannot be printed. */
export function readProcedures(router: AnyRouter): ProcedureCard[] {
  const { _def: whole }: { _def: { procedures: Record<string, { _def: object }> } } = router;
  return Object.entries(whole.procedures).map(([path, procedure]) => readProcedure(path, procedure));
}

function readProcedure(path: string, { _def: def }: { _def: object }): ProcedureCard {
  const meta = Meta.safeParse(field(def, "meta"));
  if (!meta.success) throw new Error(`${path}: its metadata is not complete. ${z.prettifyError(meta.error)}`);
  const { guard, permission, feature, rest, errors, summary, yields } = meta.data;
  if ((guard === "workspace") !== (permission !== undefined)) {
    throw new Error(`${path}: workspace procedures have a permission, and no others have one`);
  }
  const kind = kindOf(path, field(def, "type"));
  return {
    path,
    guard,
    permission,
    feature,
    rest,
    errors,
    summary,
    kind,
    inputs: asList(field(def, "inputs")).map((input) => asSchema(input, `${path} input`)),
    output: asSchema(kind === "subscription" ? yields : field(def, "output"), `${path} output`),
  };
}

function isWord(value: unknown, isKnown: (word: string) => boolean): boolean {
  return typeof value === "string" && isKnown(value);
}

function isKey(value: unknown, table: object): boolean {
  return typeof value === "string" && Object.hasOwn(table, value);
}

function kindOf(path: string, type: unknown): ProcedureCard["kind"] {
  if (type === "query" || type === "mutation" || type === "subscription") return type;
  throw new Error(`${path}: the client cannot carry a ${String(type)}`);
}

function asSchema(value: unknown, place: string): z.ZodType {
  if (value instanceof z.ZodType) return value;
  throw new Error(`${place}: a zod schema is needed here`);
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** tRPC's types leave the parsers out of a built procedure, though they are there. */
function field(def: object, name: string): unknown {
  return Reflect.get(def, name);
}

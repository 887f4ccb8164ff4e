import type { Guard } from "@gatehouse/shared";
import type { AnyRouter } from "@trpc/server";
import { readProcedures } from "../../trpc/read-procedures.ts";
import type { ProcedureCard } from "../../trpc/read-procedures.ts";
import { wireShape } from "../../trpc/wire-schema.ts";
import type { Direction, WireSchema } from "../../trpc/wire-schema.ts";

/** What the client's users rely on, as data: two of these can be compared, which two texts cannot. */
export interface ApiDescription {
  /** Of the client's package. */
  version: string;
  procedures: Record<string, DescribedProcedure>;
  /** The schemas that others name by `$ref`: those of inputs, and those of answers. */
  types: Record<Direction, Record<string, WireSchema>>;
}

export interface DescribedProcedure {
  kind: ProcedureCard["kind"];
  guard: Guard;
  input: WireSchema;
  output: WireSchema;
}

export function describeApi(router: AnyRouter, version: string): ApiDescription {
  const types: ApiDescription["types"] = { input: {}, output: {} };
  const describe = (card: ProcedureCard): DescribedProcedure => {
    const [input] = card.inputs;
    const taken = input === undefined ? null : wireShape(input, "input", `${card.path} input`);
    const answered = wireShape(card.output, "output", `${card.path} output`);
    Object.assign(types.input, Object.fromEntries(taken?.named ?? []));
    Object.assign(types.output, Object.fromEntries(answered.named));
    const { kind, guard } = card;
    return {
      kind,
      guard,
      input: taken?.schema ?? { type: "object", properties: {} },
      output: answered.schema,
    };
  };
  const procedures = readProcedures(router).map((card) => [card.path, describe(card)] as const);
  return { version, procedures: Object.fromEntries(procedures), types };
}

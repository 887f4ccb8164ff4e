import { docComment, fieldDoc } from "./doc-comment.ts";
import type { ProcedureCard } from "../../trpc/read-procedures.ts";
import { referredName, wireShape } from "../../trpc/wire-schema.ts";
import type { WireSchema, WireShape } from "../../trpc/wire-schema.ts";
import { fieldsText, hasFields, indented, typeText } from "./wire-type.ts";

/** A procedure, and how its input and output are called in the printed types. */
export interface PrintedProcedure extends Omit<ProcedureCard, "output"> {
  input: string;
  /** The input where the workspace is known already. The same as `input` outside of workspaces. */
  inputInWorkspace: string;
  output: string;
}

/** The text of each exported type by its name. */
export type Declarations = ReadonlyMap<string, string>;

const WORKSPACE_ID = "workspaceId";

/** Declares what goes into and comes out of each procedure, and every named type on the way. */
export function declareShapes(cards: readonly ProcedureCard[]): {
  procedures: PrintedProcedure[];
  declarations: Declarations;
} {
  const declarations = new Map<string, string>();
  const declare = (name: string, text: string, place: string) => {
    const earlier = declarations.get(name);
    if (earlier !== undefined && earlier !== text) {
      throw new Error(`${place}: "${name}" would be two different types; give one of them a name of its own`);
    }
    declarations.set(name, text);
  };
  const procedures = cards.map((card) => ({
    ...card,
    ...declareInput(card, declare),
    output: declareOutput(card, declare),
  }));
  return { procedures, declarations: new Map([...declarations].toSorted(byName)) };
}

/** `projects.list` → `ProjectsList` */
export function pascalCase(path: string): string {
  return path
    .split(".")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

type Declare = (name: string, text: string, place: string) => void;

function declareOutput(card: ProcedureCard, declare: Declare): string {
  const place = `${card.path} output`;
  const shape = wireShape(card.output, "output", place);
  if (shape.optional) throw new Error(`${place}: an answer cannot be left out; say null`);
  declareNamed(shape, place, declare);
  if (shape.schema.$ref !== undefined) return typeText(shape.schema, place);
  const name = `${pascalCase(card.path)}Output`;
  declare(name, declarationText(name, shape.schema, place), place);
  return name;
}

function declareInput(
  card: ProcedureCard,
  declare: Declare,
): Pick<PrintedProcedure, "input" | "inputInWorkspace"> {
  const [schema, second] = card.inputs;
  const place = `${card.path} input`;
  if (second !== undefined) throw new Error(`${place}: more than one schema; extend the first one instead`);
  if (schema === undefined && card.guard !== "workspace") return { input: "void", inputInWorkspace: "void" };
  if (schema === undefined) throw new Error(`${place}: a workspace procedure takes ${WORKSPACE_ID}`);

  const shape = wireShape(schema, "input", place);
  const fields = outermost(shape, place);
  declareNamed(shape, place, declare, schemaName(shape, place));
  const base = pascalCase(card.path);
  if (card.guard === "workspace") return declareInWorkspace(base, fields, place, declare);
  declare(`${base}Input`, declarationText(`${base}Input`, fields, place), place);
  const input = mayBeEmpty(fields) ? `${base}Input | void` : `${base}Input`;
  return { input, inputInWorkspace: input };
}

function declareInWorkspace(
  base: string,
  fields: WireSchema,
  place: string,
  declare: Declare,
): Pick<PrintedProcedure, "input" | "inputInWorkspace"> {
  const { [WORKSPACE_ID]: workspaceId, ...others } = fields.properties ?? {};
  if (workspaceId === undefined) throw new Error(`${place}: a workspace procedure takes ${WORKSPACE_ID}`);
  const named = `{\n${indented("/** The workspace that is meant. */\nworkspaceId: string;")}\n}`;
  if (Object.keys(others).length === 0) {
    declare(`${base}Input`, `export interface ${base}Input ${named}`, place);
    return { input: `${base}Input`, inputInWorkspace: "void" };
  }
  const rest = { ...fields, properties: others };
  declare(`${base}Fields`, declarationText(`${base}Fields`, rest, place), place);
  declare(`${base}Input`, `export interface ${base}Input extends ${base}Fields ${named}`, place);
  const inputInWorkspace = mayBeEmpty(rest) ? `${base}Fields | void` : `${base}Fields`;
  return { input: `${base}Input`, inputInWorkspace };
}

function declareNamed(shape: WireShape, place: string, declare: Declare, except?: string): void {
  for (const [id, schema] of shape.named) {
    const name = referredName(id, place);
    if (name !== except) declare(name, declarationText(name, schema, `${place} ${name}`), `${place} ${name}`);
  }
}

function declarationText(name: string, schema: WireSchema, place: string): string {
  const doc = docComment(fieldDoc(schema));
  return hasFields(schema)
    ? `${doc}export interface ${name} ${fieldsText(schema, place)}`
    : `${doc}export type ${name} = ${typeText(schema, place)};`;
}

function schemaName(shape: WireShape, place: string): string | undefined {
  return shape.schema.$ref === undefined ? undefined : referredName(shape.schema.$ref, place);
}

/** The fields of an input. Every input is an object, so that fields can be added without breaking anybody. */
function outermost(shape: WireShape, place: string): WireSchema {
  const name = schemaName(shape, place);
  const schema = name === undefined ? shape.schema : shape.named.get(name);
  if (schema !== undefined && hasFields(schema)) return schema;
  throw new Error(`${place}: an input is an object with fields`);
}

function mayBeEmpty(fields: WireSchema): boolean {
  const own = Object.keys(fields.properties ?? {});
  return (fields.required ?? []).every((name) => !own.includes(name));
}

function byName([left]: [string, string], [right]: [string, string]): number {
  return left < right ? -1 : 1;
}

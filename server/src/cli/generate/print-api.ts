import { docComment, sentence } from "./doc-comment.ts";
import { pascalCase } from "./declare-shapes.ts";
import type { PrintedProcedure } from "./declare-shapes.ts";
import { indented, unionText } from "./wire-type.ts";

/** A part of the router: `projects`, `me.credits`, or with no name the whole of it. */
interface Namespace {
  path: string;
  procedures: PrintedProcedure[];
  children: Map<string, Namespace>;
}

/** Which procedures one kind of client has, and whether it knows its workspace already. */
interface View {
  prefix: string;
  name: string;
  doc: string;
  extra: string;
  knowsWorkspace: boolean;
  has: (procedure: PrintedProcedure) => boolean;
}

const INTO_WORKSPACE = `${docComment(["The procedures of one workspace, with `workspaceId` filled in."])}workspace(workspaceId: string): WorkspaceApi;`;

const VIEWS: readonly View[] = [
  {
    prefix: "",
    name: "Api",
    doc: "Every procedure, as a signed-in user or nobody calls it.",
    extra: INTO_WORKSPACE,
    knowsWorkspace: false,
    has: () => true,
  },
  {
    prefix: "Workspace",
    name: "WorkspaceApi",
    doc: "The procedures of one workspace, and the public ones. `workspaceId` is filled in.",
    extra: "",
    knowsWorkspace: true,
    has: ({ guard }) => guard === "workspace" || guard === "public",
  },
  {
    prefix: "AdminKey",
    name: "AdminApi",
    doc: "The procedures that an admin key opens.",
    extra: "",
    knowsWorkspace: false,
    has: ({ guard }) => guard === "admin",
  },
];

const KINDS = { query: "Query", mutation: "Mutation", subscription: "Subscription" } as const;

/** `api.ts`: one interface for each part of the router and each kind of client. */
export function printApi(procedures: readonly PrintedProcedure[]): string {
  const root = grow(procedures);
  const declarations = new Map<string, string>();
  for (const view of VIEWS) {
    for (const [name, text] of [...partsOf(root, view), rootOf(root, view)]) {
      if (declarations.has(name)) throw new Error(`two parts of the router would both be called ${name}`);
      declarations.set(name, text);
    }
  }
  const body = [...declarations.values()].join("\n\n");
  return `${importsOf(body, procedures)}\n\n${body}\n`;
}

function grow(procedures: readonly PrintedProcedure[]): Namespace {
  const root: Namespace = { path: "", procedures: [], children: new Map() };
  for (const procedure of procedures) {
    const parents = procedure.path.split(".").slice(0, -1);
    let here = root;
    for (const [depth, name] of parents.entries()) {
      const path = parents.slice(0, depth + 1).join(".");
      const child = here.children.get(name) ?? { path, procedures: [], children: new Map() };
      here.children.set(name, child);
      here = child;
    }
    here.procedures.push(procedure);
  }
  if (root.children.has("workspace")) throw new Error('"workspace" is taken by `api.workspace(id)`');
  return root;
}

function rootOf(root: Namespace, view: View): [string, string] {
  return [view.name, interfaceText(view.name, [view.doc], [...membersOf(root, view), view.extra])];
}

/** The interfaces below one part, children first. Those that a view shares with the whole API are printed there. */
function partsOf(part: Namespace, view: View): [string, string][] {
  const here = [...part.children.values()].filter((child) => isIn(child, view) && isOwn(child, view));
  return here.flatMap((child) => {
    const name = nameOf(child, view);
    return [...partsOf(child, view), [name, interfaceText(name, [], membersOf(child, view))]];
  });
}

function membersOf(part: Namespace, view: View): string[] {
  const children = [...part.children].filter(([, child]) => isIn(child, view));
  return [
    ...part.procedures.filter((procedure) => view.has(procedure)).map((it) => procedureText(it, view)),
    ...children.map(([name, child]) => `${name}: ${nameOf(child, view)};`),
  ];
}

function procedureText(procedure: PrintedProcedure, view: View): string {
  const kind = KINDS[procedure.kind];
  const input = view.knowsWorkspace ? procedure.inputInWorkspace : procedure.input;
  const codes = [guardErrors(procedure), ...ownErrors(procedure).map((code) => JSON.stringify(code))];
  const type = `${kind}<${input}, ${procedure.output}, ${codes.join(" | ")}>`;
  const name = procedure.path.split(".").at(-1) ?? procedure.path;
  return `${docComment(procedureDoc(procedure))}${name}: ${type};`;
}

function procedureDoc(procedure: PrintedProcedure): string[] {
  const { guard, permission, feature, rest, summary } = procedure;
  const needs =
    permission === undefined
      ? ""
      : `, needs ${permission === "any member" ? permission : `\`${permission}\``}`;
  const twin = rest === undefined ? "" : ` REST: \`${rest.method} /api/v1${rest.path}\`.`;
  const tiers = feature === undefined ? "" : ` The operator may keep it for higher tiers (\`${feature}\`).`;
  const own = ownErrors(procedure).map((code) => `\`${code}\``);
  const refusals =
    own.length === 0 ? "" : `Refuses with ${own.join(", ")}, beside {@link ${guardErrors(procedure)}}.`;
  const facts = [`${pascalCase(guard)} procedure${needs}.${tiers}${twin}`, refusals].filter(
    (line) => line !== "",
  );
  return [sentence(summary), "", ...facts];
}

export function guardErrors({ guard }: { guard: string }): string {
  return `${pascalCase(guard)}Errors`;
}

function ownErrors({ errors }: PrintedProcedure): string[] {
  return [...new Set(errors)].toSorted();
}

function isIn(part: Namespace, view: View): boolean {
  return everyProcedure(part).some((procedure) => view.has(procedure));
}

/** Whether this view needs an interface of its own for a part, because it differs from the one of `Api`. */
function isOwn(part: Namespace, view: View): boolean {
  const bound = (procedure: PrintedProcedure) => view.knowsWorkspace && procedure.guard === "workspace";
  return view.prefix === "" || everyProcedure(part).some((it) => !view.has(it) || bound(it));
}

function nameOf(part: Namespace, view: View): string {
  return `${isOwn(part, view) ? view.prefix : ""}${pascalCase(part.path)}Client`;
}

function everyProcedure(part: Namespace): PrintedProcedure[] {
  return [...part.procedures, ...[...part.children.values()].flatMap((child) => everyProcedure(child))];
}

function interfaceText(name: string, doc: readonly string[], members: readonly string[]): string {
  const body = indented(members.filter((member) => member !== "").join("\n"));
  return `${docComment(doc)}export interface ${name} {\n${body}\n}`;
}

function importsOf(body: string, procedures: readonly PrintedProcedure[]): string {
  const types = procedures.flatMap((it) => [it.input, it.inputInWorkspace, it.output]);
  const named = unionText(types.flatMap((type) => type.split(" | ")).filter((type) => type !== "void"));
  const errors = unionText(procedures.map((procedure) => guardErrors(procedure)));
  const kinds = unionText(Object.values(KINDS).filter((kind) => body.includes(`${kind}<`)));
  return [importText(kinds, "call.ts"), importText(errors, "errors.ts"), importText(named, "types.ts")].join(
    "\n",
  );
}

function importText(names: string, file: string): string {
  return `import type {\n  ${names.replaceAll(" | ", ",\n  ")},\n} from "./${file}";`;
}

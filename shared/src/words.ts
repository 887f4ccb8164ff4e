import { addErrors } from "./errors.ts";
import type { ErrorEntry } from "./errors.ts";
import { addLimits } from "./limits.ts";
import type { LimitRow } from "./limits.ts";
import { addPermissions } from "./roles.ts";
import type { Role } from "./roles.ts";
import { addSubjects } from "./subjects.ts";

/** What a product that is built on this one adds to its tables, each as a row stands there. */
export interface ProductWords {
  /** What can be allowed in a workspace, and the least role that may do it. */
  permissions?: Readonly<Record<string, Role>>;
  /** What a workspace may hold only so many of. */
  limits?: Readonly<Record<string, LimitRow>>;
  /** What a change can be about, and the permission that somebody must hold to be told of it. */
  subjects?: Readonly<Record<string, string | null>>;
  /** Refusals, by their codes. */
  errors?: Readonly<Record<string, ErrorEntry>>;
}

/**
 * The same for the compiler: whoever declares his words here is understood wherever ours are.
 *
 * @example declare module "@gatehouse/server" { interface Words { tickets: typeof words } }
 */
// oxlint-disable-next-line typescript/no-empty-interface, typescript/no-empty-object-type -- others fill it
export interface Words {}

type Added<Kind extends keyof ProductWords> = {
  [Name in keyof Words]: Words[Name] extends Readonly<Record<Kind, infer Rows>> ? keyof Rows & string : never;
}[keyof Words];

/** Our own words of one kind, and those that were added. */
// oxlint-disable-next-line typescript/no-redundant-type-constituents -- nothing is added as long as nobody does
export type AllOf<Own, Kind extends keyof ProductWords> = Own | Added<Kind>;

/** Keeps the words as they are written, so that the compiler can tell one from another. */
export function defineWords<const Said extends ProductWords>(words: Said): Said {
  return words;
}

/**
 * Takes words into the tables. They hold for the whole program, as types do, and are said before anything is built
 * from the tables. The same word may be said again, with the same meaning.
 *
 * @throws Error naming a word that has another meaning already
 */
export function learnWords({
  permissions = {},
  limits = {},
  subjects = {},
  errors = {},
}: ProductWords): void {
  addPermissions(permissions);
  addLimits(limits);
  addSubjects(subjects);
  addErrors(errors);
}

/** Where a part of the client stands in the API, so that caches can name what it answers. */
export interface Place {
  /** The names on the way to it: `["projects", "list"]` for a procedure, `["projects"]` for all of them. */
  path: readonly string[];
  /** What is filled in already: the workspace, in what `api.workspace(id)` gives. */
  input: Readonly<Record<string, unknown>>;
}

/** Registered, so that it is the same one if a bundler should load this file twice. */
const PLACE = Symbol.for("@gatehouse/client/place");

/** Notes the place on a part of the client, where nobody who lists or prints it will meet it. */
export function setPlace(part: object, place: Place): void {
  Object.defineProperty(part, PLACE, { value: place, configurable: true });
}

/** @throws TypeError for anything but a client, one of its groups of procedures, or a procedure */
export function placeOf(part: object): Place {
  const place: unknown = Reflect.get(part, PLACE);
  if (!isPlace(place)) throw new TypeError("This is no part of a Gatehouse client.");
  return place;
}

function isPlace(value: unknown): value is Place {
  return typeof value === "object" && value !== null && "path" in value;
}

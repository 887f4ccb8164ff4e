import type { RestMethod, RestRoute, Step } from "./routes.ts";

/** What stands at a path: a route, or the methods that it would have taken, or nothing. */
export type Match =
  | { kind: "route"; route: RestRoute; params: Readonly<Record<string, string>> }
  | { kind: "otherMethod"; allowed: readonly RestMethod[] }
  | { kind: "nothing" };

/**
 * Finds the route of a path below `BASE`. A step that is spelled out goes before one that takes any text:
 * `/invitations/mine` is not the invitation called "mine".
 */
export function matchRoute(
  routes: readonly RestRoute[],
  { method, path }: { method: string; path: string },
): Match {
  const texts = readSteps(path);
  if (texts === null) return { kind: "nothing" };
  const here = routes.filter(({ steps }) => fits(steps, texts)).toSorted(bySpelledOut);
  const [nearest] = here;
  if (nearest === undefined) return { kind: "nothing" };
  const samePlace = here.filter((each) => each.inPath.size === nearest.inPath.size);
  const route = samePlace.find((each) => each.method === method);
  if (route === undefined) return { kind: "otherMethod", allowed: samePlace.map((each) => each.method) };
  return { kind: "route", route, params: paramsOf(route.steps, texts) };
}

/** Split first and decoded after, so that an escaped slash stays inside its step; null for broken escapes. */
function readSteps(path: string): string[] | null {
  try {
    return path.slice(1).split("/").map(decodeURIComponent);
  } catch {
    return null;
  }
}

function fits(steps: readonly Step[], texts: readonly string[]): boolean {
  if (steps.length !== texts.length) return false;
  return steps.every((step, index) =>
    typeof step === "string" ? step === texts[index] : texts[index] !== "",
  );
}

function paramsOf(steps: readonly Step[], texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    steps.flatMap((step, index) => (typeof step === "string" ? [] : [[step.name, texts[index] ?? ""]])),
  );
}

function bySpelledOut(one: RestRoute, other: RestRoute): number {
  return one.inPath.size - other.inPath.size;
}

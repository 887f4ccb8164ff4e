import type { ErrorCode } from "@gatehouse/shared";
import { AppError } from "../base/app-error.ts";
import { UNKNOWN_KIND } from "../identity/principal.ts";
import { BASE } from "./routes.ts";

/** How refusals are worded: as the catalogue has them, or as clients of the older paths know them. */
export type Wording = "plain" | "v1" | "tokensAlike";

/** A family of older paths, and the canonical ones that they stand for. */
interface Prefix {
  documented: string;
  canonical: string;
  wording: Wording;
}

/** The older paths. Each is the same resource as the canonical one, and never a redirect to it. */
const DOCUMENTED: readonly Prefix[] = [
  { documented: "/api/workspaces", canonical: "/workspaces", wording: "plain" },
  { documented: "/v1/documents", canonical: "/documents", wording: "v1" },
  { documented: "/v1/workflows", canonical: "/workflows", wording: "v1" },
  { documented: "/files", canonical: "/files", wording: "tokensAlike" },
  { documented: "/dashboards", canonical: "/dashboards", wording: "tokensAlike" },
  { documented: "/usage", canonical: "/usage", wording: "tokensAlike" },
  { documented: "/billing", canonical: "/billing", wording: "tokensAlike" },
  { documented: "/me", canonical: "/me", wording: "tokensAlike" },
  { documented: "/admin", canonical: "/admin", wording: "plain" },
];

/** What is documented, below `BASE`: an unknown path in one of them asks who is there before it says so. */
const KNOWN_FAMILIES = ["/projects", ...DOCUMENTED.map(({ canonical }) => canonical)];

/** Where the facade answers; the server gives it everything below. */
export const ENTRANCES: readonly string[] = [BASE, ...DOCUMENTED.map(({ documented }) => documented)];

/** A path as it was asked for, and what it means. */
export interface Place {
  /** Below `BASE` and without a trailing slash: `/projects`. */
  path: string;
  wording: Wording;
  /** Whether an unknown path asks for a credential first; `admin` for one that admits only admins. */
  asks: "nobody" | "anybody" | "admin";
}

/** Null where the facade has nothing to do. */
export function findPlace(pathname: string): Place | null {
  const path = pathname.length > 1 && pathname.endsWith("/") ? pathname.slice(0, -1) : pathname;
  const entrance = [{ documented: BASE, canonical: "", wording: "plain" } as const, ...DOCUMENTED].find(
    ({ documented }) => isBelow(path, documented),
  );
  if (entrance === undefined) return null;
  const meant = entrance.canonical + path.slice(entrance.documented.length);
  return { path: meant, wording: entrance.wording, asks: whoIsAsked(meant) };
}

function whoIsAsked(path: string): Place["asks"] {
  if (isBelow(path, "/admin")) return "admin";
  return KNOWN_FAMILIES.some((family) => isBelow(path, family)) ? "anybody" : "nobody";
}

function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

const TOKEN_CODES: ReadonlySet<ErrorCode> = new Set([
  "UNAUTHORIZED",
  "TOKEN_EXPIRED",
  "SESSION_REVOKED",
  "USER_NOT_SYNCED",
  "INVALID_API_KEY",
]);

/** The same refusal in the sentence that the document of this path gives. The precise code stays. */
export function reword(refusal: AppError, wording: Wording): AppError {
  switch (wording) {
    case "plain":
      return refusal;
    case "tokensAlike":
      return TOKEN_CODES.has(refusal.code) ? refusal.with({ detail: "Not authenticated" }) : refusal;
    case "v1":
      // That document knows API keys only: a text that is no token of any kind is a bad key.
      if (refusal.code === "UNAUTHORIZED" && refusal.reason === UNKNOWN_KIND)
        return new AppError("INVALID_API_KEY", { cause: refusal });
      return refusal.code === "FORBIDDEN" ? refusal.with({ detail: "Insufficient permissions" }) : refusal;
  }
}

/** Whether two tokens are of one user. Of tokens that cannot be read, which are no JWTs, nobody knows: then they are not. */
export function haveSameSubject(one: string | null, other: string | null): boolean {
  const subject = subjectOf(one);
  return subject !== null && subject === subjectOf(other);
}

/** The `sub` of a JWT (RFC 7519), unverified: the server alone decides what a token is good for. */
function subjectOf(token: string | null): string | null {
  try {
    const payload = token?.split(".")[1] ?? "";
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    const hasSubject = typeof claims === "object" && claims !== null && "sub" in claims;
    return hasSubject && typeof claims.sub === "string" ? claims.sub : null;
  } catch {
    return null;
  }
}

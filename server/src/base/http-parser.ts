/** From here on Node's parser refuses what a proxy in front of it may read in another way (CVE-2025-23167). */
const STRICT_SINCE = 9;

/**
 * What is wrong with the HTTP parser of this Node; null if nothing is. Before 20.19.2 it takes some malformed requests for
 * two, so that behind a proxy which takes them for one, somebody's request could be answered to somebody else.
 */
export function flawOfHttpParser(llhttp = process.versions["llhttp"]): string | null {
  if (Number(llhttp?.split(".")[0]) >= STRICT_SINCE) return null;
  return `Node ${process.versions.node} reads some malformed requests as two (CVE-2025-23167): use 20.19.2 or later`;
}

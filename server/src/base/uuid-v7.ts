import { randomBytes } from "node:crypto";

let lastMs = 0;
let sameMs = 0;

/**
 * A UUID v7 (RFC 9562) of a moment: ids in the order of their moments, for what Prisma does not write. Those of one moment
 * are in the order in which they were made, up to 4,096 of them (section 6.2, method 1).
 */
export function uuidV7Of(moment: Date): string {
  const ms = moment.getTime();
  const bytes = randomBytes(16);
  bytes.writeUIntBE(ms, 0, 6);
  // A moment long past takes its place by itself, and must not start the count of this one anew.
  const place = ms < lastMs ? bytes.readUInt16BE(6) : nextPlace(ms);
  bytes.writeUInt16BE(0x7000 | (place & 0x0fff), 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function nextPlace(ms: number): number {
  sameMs = ms === lastMs ? sameMs + 1 : 0;
  lastMs = ms;
  return sameMs;
}

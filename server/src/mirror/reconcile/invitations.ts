import { z } from "zod";
import { instantOf } from "../../base/instants.ts";
import type { OrganizationInvitation } from "../../database/generated/client.ts";
import type { Database } from "../../database/open.ts";
import type { ClerkDirectory } from "../../providers/clerk-directory.ts";
import type { RoleOf } from "../clerk-roles.ts";
import {
  applyOrganizationInvitation,
  applyOrganizationInvitationEnd,
  InvitationJson,
} from "../organization-invitations.ts";
import { buriedAmong, orNone, PAGE } from "./step.ts";
import type { Finding, Step, StepTools } from "./step.ts";

/** The invitations that are open at Clerk, one organization after the other: which are missing here, and which differ. */
export function compareInvitations({ db, directory, roleOf }: StepTools): Step {
  const organizationAt = readAhead(directory);
  return {
    name: "invitations",
    page: async (position) => {
      const [index = 0, offset = 0] = position?.split("/").map(Number) ?? [];
      const organizationId = await organizationAt(index);
      if (organizationId === null) return { findings: [], compared: 0, next: null };
      const open = { organizationId, offset, limit: PAGE };
      const found = z.array(InvitationJson).parse(await orNone(directory.openInvitations(open), []));
      const ids = found.map(({ id }) => id);
      const rows = new Map(
        (await db.organizationInvitation.findMany({ where: { id: { in: ids } } })).map((row) => [
          row.id,
          row,
        ]),
      );
      const isOver = (await buriedAmong(db, [organizationId])).size > 0;
      const findings = found.flatMap((json): Finding[] => {
        const kind = isOver ? null : differenceOf(json, rows.get(json.id), roleOf);
        if (kind === null) return [];
        return [{ kind, clerkId: json.id, repair: (tx) => applyOrganizationInvitation(tx, json, roleOf) }];
      });
      const next = found.length < PAGE ? `${index + 1}/0` : `${index}/${offset + PAGE}`;
      return { findings, compared: found.length, next };
    },
  };
}

/** The organizations by their place in Clerk's list. A page of them is held, so that each costs no call of its own. */
function readAhead(directory: ClerkDirectory): (index: number) => Promise<string | null> {
  const Named = z.array(z.object({ id: z.string() }));
  let page: { from: number; ids: string[] } | null = null;
  return async (index) => {
    const from = index - (index % PAGE);
    if (page?.from !== from) {
      const organizations = Named.parse(await directory.organizations({ offset: from, limit: PAGE }));
      page = { from, ids: organizations.map(({ id }) => id) };
    }
    return page.ids[index - from] ?? null;
  };
}

function differenceOf(
  json: InvitationJson,
  row: OrganizationInvitation | undefined,
  roleOf: RoleOf,
): "missing" | "changed" | null {
  if (row === undefined) return "missing";
  // What is closed stays closed: an event of its end was faster than this page.
  if (row.status !== "pending" || row.clerkUpdatedAt > instantOf(json.updated_at)) return null;
  const expiresAt = typeof json.expires_at === "number" ? json.expires_at : undefined;
  const isSame = row.role === roleOf(json.role) && row.expiresAt?.getTime() === expiresAt;
  return isSame ? null : "changed";
}

/** So many are looked for at once: each that is not found costs a call, and all of them together must fit Clerk's limit. */
const ASKED_AT_ONCE = 20;

/** The invitations that are open here: which of them are not at Clerk any more. */
export function findFormerInvitations({ db, directory, roleOf, now }: StepTools): Step {
  return {
    name: "former invitations",
    page: async (position) => {
      const rows = await readOpen(db, position, now());
      const [first] = rows;
      if (first === undefined) return { findings: [], compared: 0, next: null };
      const organizationId = first.clerkOrganizationId;
      const ofFirst = rows.filter((row) => row.clerkOrganizationId === organizationId).map(({ id }) => id);
      const findings: Finding[] = [];
      for (const clerkId of await absentAmong(directory, organizationId, ofFirst)) {
        const toldAt = now();
        // The list says that it is not open; only itself says what became of it.
        const answer = await orNone(directory.invitation(organizationId, clerkId), null);
        const json = InvitationJson.nullable().parse(answer);
        if (json?.status === "pending") continue;
        const repair: Finding["repair"] = (tx) =>
          json === null
            ? applyOrganizationInvitationEnd(tx, { id: clerkId, organizationId, at: toldAt })
            : applyOrganizationInvitation(tx, json, roleOf);
        findings.push({ kind: "extra", clerkId, repair });
      }
      return { findings, compared: ofFirst.length, next: `${organizationId}/${ofFirst.at(-1)}` };
    },
  };
}

/** One that has expired is over here as well: Clerk sends no event of that. */
function readOpen(db: Database, position: string | null, at: Date) {
  const [organizationId = "", id = ""] = position?.split("/") ?? [];
  const isLater = [
    { clerkOrganizationId: { gt: organizationId } },
    { clerkOrganizationId: organizationId, id: { gt: id } },
  ];
  return db.organizationInvitation.findMany({
    where: {
      AND: [{ OR: isLater }, { OR: [{ expiresAt: null }, { expiresAt: { gt: at } }] }],
      status: "pending",
    },
    orderBy: [{ clerkOrganizationId: "asc" }, { id: "asc" }],
    take: ASKED_AT_ONCE,
    select: { id: true, clerkOrganizationId: true },
  });
}

/** Those of the ids that stand on no page of the organization's open invitations. */
async function absentAmong(
  directory: ClerkDirectory,
  organizationId: string,
  ids: readonly string[],
): Promise<string[]> {
  const wanted = new Set(ids);
  for (let offset = 0; wanted.size > 0; offset += PAGE) {
    const page = await orNone(directory.openInvitations({ organizationId, offset, limit: PAGE }), []);
    for (const { id } of z.array(InvitationJson).parse(page)) wanted.delete(id);
    if (page.length < PAGE) break;
  }
  return [...wanted];
}

import { z } from "zod";
import { instantOf } from "../../base/instants.ts";
import type { WorkspaceMember } from "../../database/generated/client.ts";
import type { Database } from "../../database/open.ts";
import { applyMembership, applyMembershipDeletion, MembershipJson } from "../memberships.ts";
import type { RoleOf } from "../clerk-roles.ts";
import { absentFrom, buriedAmong, nextOffset, orNone, PAGE } from "./step.ts";
import type { Finding, Step, StepTools } from "./step.ts";

/** The memberships that Clerk holds: which are missing here, and which have another role. */
export function compareMemberships({ db, directory, roleOf, now }: StepTools): Step {
  return {
    name: "memberships",
    page: async (position) => {
      const { offset } = nextOffset(position, 0);
      const toldAt = now();
      const found = z.array(MembershipJson).parse(await directory.memberships({ offset, limit: PAGE }));
      const rows = new Map(
        (
          await db.workspaceMember.findMany({
            where: { clerkMembershipId: { in: found.map(({ id }) => id) } },
          })
        ).map((row) => [row.clerkMembershipId, row]),
      );
      const buried = await buriedAmong(db, found.flatMap(idsIn));
      const findings = found.flatMap((json): Finding[] => {
        const isOver = idsIn(json).some((id) => buried.has(id));
        const kind = isOver ? null : differenceOf(json, rows.get(json.id), roleOf);
        if (kind === null) return [];
        return [{ kind, clerkId: json.id, repair: (tx) => applyMembership(tx, json, { toldAt, roleOf }) }];
      });
      return { findings, compared: found.length, next: nextOffset(position, found.length).next };
    },
  };
}

/** A membership is over with its organization and with its user. */
function idsIn({ id, organization, public_user_data }: MembershipJson): string[] {
  return [id, organization.id, public_user_data.user_id];
}

function differenceOf(
  json: MembershipJson,
  row: WorkspaceMember | undefined,
  roleOf: RoleOf,
): "missing" | "changed" | null {
  if (row === undefined) return "missing";
  if (row.clerkUpdatedAt !== null && row.clerkUpdatedAt > instantOf(json.updated_at)) return null;
  return row.clerkRole === roleOf(json.role) ? null : "changed";
}

/** The memberships that are here: which of them Clerk does not know any more. One question for each organization. */
export function findFormerMemberships({ db, directory, now }: StepTools): Step {
  return {
    name: "former memberships",
    page: async (position) => {
      const rows = await readMembers(db, position);
      const [first] = rows;
      if (first === undefined) return { findings: [], compared: 0, next: null };
      const ofFirst = rows.filter(({ workspaceId }) => workspaceId === first.workspaceId);
      const last = ofFirst.at(-1);
      const next = last === undefined ? null : `${last.workspaceId}/${last.userId}`;
      const toldAt = now();
      const organization = { id: first.workspace.clerkOrganizationId ?? "" };
      const asked = ofFirst.flatMap(({ clerkMembershipId: id, user }) =>
        id === null ? [] : [{ id, clerkUserId: user.clerkId }],
      );
      const userIds = asked.map(({ clerkUserId }) => clerkUserId);
      // An organization that is gone has no members.
      const answer = await orNone(directory.membershipsOf(organization.id, userIds), []);
      const known = z.array(MembershipJson).parse(answer);
      // Whom the answer names decides whether it heeded the question; which membership of his, what is extra.
      absentFrom(
        known.map(({ public_user_data }) => ({ id: public_user_data.user_id })),
        userIds,
      );
      const live = new Set(known.map(({ id }) => id));
      const findings = asked
        .filter(({ id }) => !live.has(id))
        .map(({ id }): Finding => ({
          kind: "extra",
          clerkId: id,
          repair: (tx) => applyMembershipDeletion(tx, { id, organization }, toldAt),
        }));
      return { findings, compared: ofFirst.length, next };
    },
  };
}

function readMembers(db: Database, position: string | null) {
  const [workspaceId = "", userId = ""] = position?.split("/") ?? [];
  const after =
    position === null
      ? {}
      : { OR: [{ workspaceId: { gt: workspaceId } }, { workspaceId, userId: { gt: userId } }] };
  return db.workspaceMember.findMany({
    where: { ...after, clerkMembershipId: { not: null } },
    orderBy: [{ workspaceId: "asc" }, { userId: "asc" }],
    take: PAGE,
    select: {
      workspaceId: true,
      userId: true,
      clerkMembershipId: true,
      user: { select: { clerkId: true } },
      workspace: { select: { clerkOrganizationId: true } },
    },
  });
}

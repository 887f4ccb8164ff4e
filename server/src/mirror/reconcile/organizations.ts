import { z } from "zod";
import type { Workspace } from "../../database/generated/client.ts";
import { applyOrganization, applyOrganizationDeletion, OrganizationJson } from "../organizations.ts";
import { instantOf } from "../../base/instants.ts";
import { absentFrom, buriedAmong, nextOffset, PAGE } from "./step.ts";
import type { Finding, Step, StepTools } from "./step.ts";

/** The organizations that Clerk holds: which have no workspace, and whose workspace has another name. */
export function compareOrganizations({ db, directory, now }: StepTools): Step {
  return {
    name: "organizations",
    page: async (position) => {
      const { offset } = nextOffset(position, 0);
      const toldAt = now();
      const found = z.array(OrganizationJson).parse(await directory.organizations({ offset, limit: PAGE }));
      const ids = found.map(({ id }) => id);
      const rows = new Map(
        (await db.workspace.findMany({ where: { clerkOrganizationId: { in: ids } } })).map((row) => [
          row.clerkOrganizationId,
          row,
        ]),
      );
      const buried = await buriedAmong(db, ids);
      const findings = found.flatMap((json): Finding[] => {
        const kind = buried.has(json.id) ? null : differenceOf(json, rows.get(json.id));
        if (kind === null) return [];
        return [{ kind, clerkId: json.id, repair: (tx) => applyOrganization(tx, json, toldAt) }];
      });
      return { findings, compared: found.length, next: nextOffset(position, found.length).next };
    },
  };
}

function differenceOf(json: OrganizationJson, row: Workspace | undefined): "missing" | "changed" | null {
  if (row === undefined) return "missing";
  if (row.clerkUpdatedAt !== null && row.clerkUpdatedAt > instantOf(json.updated_at)) return null;
  const lacksCreator = row.clerkOwnerId === null && typeof json.created_by === "string";
  return row.name !== json.name || lacksCreator ? "changed" : null;
}

/** The workspaces that mirror an organization: which organization Clerk does not know any more. */
export function findFormerOrganizations({ db, directory, now }: StepTools): Step {
  return {
    name: "former organizations",
    page: async (position) => {
      const rows = await db.workspace.findMany({
        where: {
          managedBy: "clerk",
          deletedAt: null,
          ...(position === null ? {} : { id: { gt: position } }),
        },
        orderBy: { id: "asc" },
        take: PAGE,
        select: { id: true, clerkOrganizationId: true },
      });
      if (rows.length === 0) return { findings: [], compared: 0, next: null };
      const toldAt = now();
      const ids = rows.flatMap(({ clerkOrganizationId: id }) => (id === null ? [] : [id]));
      const known = z.array(OrganizationJson).parse(await directory.organizations({ ids }));
      const findings = absentFrom(known, ids).map((clerkId): Finding => ({
        kind: "extra",
        clerkId,
        repair: (tx) => applyOrganizationDeletion(tx, clerkId, toldAt),
      }));
      return { findings, compared: rows.length, next: rows.at(-1)?.id ?? null };
    },
  };
}

import { z } from "zod";
import type { User } from "../../database/generated/client.ts";
import { readClerkUser } from "../clerk-user.ts";
import type { ClerkUser } from "../clerk-user.ts";
import { applyUser, applyUserDeletion } from "../users.ts";
import { absentFrom, buriedAmong, nextOffset, PAGE } from "./step.ts";
import type { Finding, Step, StepTools } from "./step.ts";

/** The users that Clerk holds: which are missing here, and which look different. */
export function compareUsers({ db, directory, now }: StepTools): Step {
  return {
    name: "users",
    page: async (position) => {
      const { offset } = nextOffset(position, 0);
      const toldAt = now();
      const found = await directory.users({ offset, limit: PAGE });
      const users = found.map(readClerkUser).filter((user) => user !== null);
      const ids = users.map(({ clerkId }) => clerkId);
      const rows = new Map(
        (await db.user.findMany({ where: { clerkId: { in: ids } } })).map((row) => [row.clerkId, row]),
      );
      const buried = await buriedAmong(db, ids);
      const findings = users.flatMap((user): Finding[] => {
        const kind = buried.has(user.clerkId) ? null : differenceOf(user, rows.get(user.clerkId));
        if (kind === null) return [];
        return [{ kind, clerkId: user.clerkId, repair: (tx) => applyUser(tx, user, toldAt) }];
      });
      return { findings, compared: found.length, next: nextOffset(position, found.length).next };
    },
  };
}

function differenceOf(user: ClerkUser, row: User | undefined): "missing" | "changed" | null {
  if (row === undefined) return "missing";
  // An event was faster than this page.
  if (row.clerkUpdatedAt > user.clerkUpdatedAt) return null;
  const isSame = SHOWN.every((field) => row[field] === user[field]);
  return isSame ? null : "changed";
}

const SHOWN = ["email", "emailVerified", "name", "imageUrl", "role", "banned", "locked"] as const;

/** The users that are alive here: which of them Clerk does not know any more. */
export function findFormerUsers({ db, directory, now }: StepTools): Step {
  return {
    name: "former users",
    page: async (position) => {
      const rows = await db.user.findMany({
        where: { deletedAt: null, ...(position === null ? {} : { id: { gt: position } }) },
        orderBy: { id: "asc" },
        take: PAGE,
        select: { id: true, clerkId: true },
      });
      if (rows.length === 0) return { findings: [], compared: 0, next: null };
      const toldAt = now();
      const ids = rows.map(({ clerkId }) => clerkId);
      const known = z.array(z.object({ id: z.string() })).parse(await directory.users({ ids }));
      const findings = absentFrom(known, ids).map((clerkId): Finding => ({
        kind: "extra",
        clerkId,
        repair: (tx) => applyUserDeletion(tx, clerkId, toldAt),
      }));
      return { findings, compared: rows.length, next: rows.at(-1)?.id ?? null };
    },
  };
}

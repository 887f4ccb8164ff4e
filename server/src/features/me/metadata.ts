import type { OwnMetadata, UpdateOwnMetadata } from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { UserContext } from "../../access/contexts.ts";
import { inTransaction } from "../../database/transaction.ts";
import { readAnsweredUser } from "../../mirror/clerk-answer.ts";
import { readMetadata } from "../../mirror/clerk-user.ts";
import { applyUser } from "../../mirror/users.ts";

/** The user's own, unsafe metadata at Clerk, where frontends read it. It is not kept here. */
export async function updateOwnMetadata(
  ctx: UserContext,
  { unsafeMetadata }: UpdateOwnMetadata,
): Promise<OwnMetadata> {
  const { clerkApi, db, log, user } = ctx;
  const answer = await clerkApi.mergeMetadata(user.clerkId, { unsafeMetadata });
  const answered = readAnsweredUser(answer, log);
  await inTransaction(db, async (tx) => {
    await applyUser(tx, answered);
    const target = { type: "user", id: user.clerkId } as const;
    await recordAudit(tx, ctx, { action: "me.updateMetadata", target, workspaceId: null });
  });
  return { unsafeMetadata: readMetadata(answer).unsafeMetadata };
}

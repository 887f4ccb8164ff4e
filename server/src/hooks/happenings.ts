import type { Tier } from "@gatehouse/shared";
import type { Log } from "../base/log.ts";
import type { Database } from "../database/open.ts";

/** What a product can hear of, and what it is told. Amounts are in the smallest unit of their currency. */
export interface Happenings {
  /** A user of Clerk is known here for the first time. */
  userCreated: {
    user: { id: string; number: number; clerkId: string; email: string | null; name: string | null };
  };
  workspaceCreated: {
    workspace: { id: string; name: string; slug: string; managedBy: "local" | "clerk"; tier: Tier };
  };
  /** A pack was paid, and its credits are in the account. Exactly one of the two ids says whose. */
  paymentSettled: {
    payment: {
      id: string;
      provider: "stripe" | "paypal";
      workspaceId: string | null;
      userId: string | null;
      packId: string;
      credits: number;
      amount: number;
      currency: string;
    };
  };
}

export type Kind = keyof Happenings;

export interface HookTools {
  db: Database;
  log: Log;
}

/**
 * What a product does when something has happened: after the commit, on one server, and again if it fails. So it may run
 * twice for one happening, and has to come to the same.
 */
export type Hooks = {
  readonly [K in Kind]?: (happened: Happenings[K], tools: HookTools) => Promise<void> | void;
};

/** Reads what a row is about and tells it. What is gone by now is told to nobody. */
export async function tell(hooks: Hooks, { kind, subjectId: id }: Told, tools: HookTools): Promise<void> {
  const { db } = tools;
  switch (kind) {
    case "userCreated": {
      const user = await db.user.findUnique({
        where: { id, deletedAt: null },
        select: { id: true, number: true, clerkId: true, email: true, name: true },
      });
      return user === null ? undefined : hooks.userCreated?.({ user }, tools);
    }
    case "workspaceCreated": {
      const workspace = await db.workspace.findUnique({
        where: { id },
        select: { id: true, name: true, slug: true, managedBy: true, tier: true },
      });
      return workspace === null ? undefined : hooks.workspaceCreated?.({ workspace }, tools);
    }
    case "paymentSettled": {
      const row = await db.payment.findUnique({ where: { id } });
      if (row === null) return undefined;
      const { provider, workspaceId, userId, packId, credits, amount, currency } = row;
      const payment = { id, provider, workspaceId, userId, packId, currency };
      return hooks.paymentSettled?.(
        { payment: { ...payment, credits: Number(credits), amount: Number(amount) } },
        tools,
      );
    }
  }
}

/** A row of the table, as far as it is told. */
export interface Told {
  kind: Kind;
  subjectId: string;
}

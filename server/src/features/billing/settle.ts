import type { CreditPack } from "@gatehouse/shared";
import { Id, UserReference } from "@gatehouse/shared";
import { webhookActor } from "../../access/actor.ts";
import type { Actor } from "../../access/contexts.ts";
import type { Payment as PaymentRow, PaymentProvider, Prisma } from "../../database/generated/client.ts";
import type { Transaction } from "../../database/open.ts";
import { findReferredUser } from "../../access/user-reference.ts";
import { AppError } from "../../base/app-error.ts";
import type { AccountOwner } from "../credits/ledger.ts";
import { grantWhatIsPaid } from "./grant.ts";

/** What an event says of a checkout. */
export interface ToldCheckout {
  provider: PaymentProvider;
  checkoutId: string | null;
  /** What refunds and disputes will name. */
  reference: string | null;
  state: "open" | "paid" | "failed" | "expired";
  /** In the currency's smallest unit; null where the event does not say. */
  amount: number | null;
  currency: string | null;
  /** What we, or whoever made the payment, wrote onto it. */
  named: { paymentId?: string; workspaceId?: string; userId?: string; packId?: string };
}

/** `applied`, `ignored`, or why it fits nothing of ours: then nothing is granted and a person looks at it. */
export type Settled = "applied" | "ignored" | { review: string; details: Prisma.InputJsonObject };

export interface SettleTools {
  packs: readonly CreditPack[];
  actor: Actor;
  /** The type of the event, for the audit trail. */
  action: string;
  requestId: string;
  now: () => Date;
}

/** Whoever settles acts as the event, which the trail and the ledger name, also where an operator runs it again. */
export function settleAs(
  { id, type }: { id: string; type: string },
  { packs, now }: Pick<SettleTools, "packs" | "now">,
): SettleTools {
  return { packs, now, actor: webhookActor(id), action: type, requestId: id };
}

/**
 * Takes over what an event says of a checkout, and grants its pack once it is paid: only the pack's own amount in its
 * own currency, and once, whatever the number and order of events.
 */
export async function settleCheckout(
  tx: Transaction,
  told: ToldCheckout,
  tools: SettleTools,
): Promise<Settled> {
  await lockPayment(tx, told.provider, told.checkoutId, told.reference);
  const known = await findPayment(tx, told);
  if (told.state !== "paid") {
    if (known === null) return "ignored";
    if (known.state === "open")
      await tx.payment.update({ where: { id: known.id }, data: { state: told.state } });
    return "applied";
  }
  const sold = known ?? (await readMetadata(tx, told, tools));
  if ("review" in sold) return sold;
  const flaw = flawOf(sold, told);
  if (flaw !== null) return review(flaw, told);

  const { checkoutId, reference } = told;
  const paid = {
    state: "paid" as const,
    ...(checkoutId === null ? {} : { checkoutId }),
    ...(reference === null ? {} : { reference }),
  };
  const payment =
    known === null
      ? await tx.payment.create({ data: { ...sold, ...paid, createdAt: tools.now(), paidAt: tools.now() } })
      : await tx.payment.update({
          where: { id: known.id },
          data: { ...paid, paidAt: known.paidAt ?? tools.now() },
        });
  await grantWhatIsPaid(tx, payment, { ...tools, source: "purchase" });
  return "applied";
}

/** Two events about one payment wait for each other, though neither may have a row yet. */
export async function lockPayment(
  tx: Transaction,
  provider: PaymentProvider,
  ...names: (string | null)[]
): Promise<void> {
  for (const name of names) {
    if (name === null) continue;
    const key = `${provider}:${name}`;
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`;
  }
}

async function findPayment(
  tx: Transaction,
  { provider, checkoutId, reference, named }: ToldCheckout,
): Promise<PaymentRow | null> {
  const names = [
    ...(checkoutId === null ? [] : [{ checkoutId }]),
    ...(reference === null ? [] : [{ reference }]),
  ];
  const found = names.length === 0 ? null : await tx.payment.findFirst({ where: { provider, OR: names } });
  if (found !== null) return found;
  // The server may have died between making the checkout and noting its id.
  const id = Id.safeParse(named.paymentId).data;
  return id === undefined ? null : tx.payment.findFirst({ where: { id, provider } });
}

type NewPayment = Pick<PaymentRow, "provider" | "packId" | "credits" | "amount" | "currency"> & AccountOwner;

/** A payment that was not begun here: what is written on it must name a pack and an account of ours. */
async function readMetadata(
  tx: Transaction,
  told: ToldCheckout,
  { packs }: SettleTools,
): Promise<NewPayment | Exclude<Settled, string>> {
  const { packId, workspaceId, userId } = told.named;
  const pack = packs.find(({ id }) => id === packId);
  if (pack === undefined) return review("It names no pack that is sold here.", told);
  const owner = await findOwner(tx, workspaceId, userId);
  if (owner === null) return review("It names no workspace and no user that is known here.", told);
  const { credits, price } = pack;
  return {
    ...owner,
    provider: told.provider,
    packId: pack.id,
    credits: BigInt(credits),
    amount: BigInt(price.amount),
    currency: price.currency,
  };
}

async function findOwner(
  tx: Transaction,
  workspaceId: string | undefined,
  userId: string | undefined,
): Promise<AccountOwner | null> {
  // Both or none: whose it is cannot be told.
  if ((workspaceId === undefined) === (userId === undefined)) return null;
  if (userId !== undefined) return findUser(tx, userId);
  const id = Id.safeParse(workspaceId).data;
  const workspace =
    id === undefined ? null : await tx.workspace.findUnique({ where: { id }, select: { id: true } });
  return workspace === null ? null : { workspaceId: workspace.id };
}

async function findUser(tx: Transaction, userId: string): Promise<AccountOwner | null> {
  const reference = UserReference.safeParse(userId).data;
  if (reference === undefined) return null;
  try {
    return { userId: (await findReferredUser(tx, reference)).id };
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

function flawOf(
  sold: NewPayment | PaymentRow,
  { amount, currency, reference, checkoutId, named }: ToldCheckout,
): string | null {
  if (amount === null || BigInt(amount) !== sold.amount)
    return `The amount is not the pack's price of ${sold.amount}.`;
  if (currency?.toLowerCase() !== sold.currency) return `The currency is not the pack's ${sold.currency}.`;
  if (!("id" in sold)) return null;
  if (sold.reference !== null && sold.reference !== reference) return "The checkout was paid already.";
  if (sold.checkoutId !== null && checkoutId !== null && sold.checkoutId !== checkoutId)
    return "The payment belongs to another checkout.";
  if (named.workspaceId !== undefined && named.workspaceId !== sold.workspaceId)
    return "It names another workspace than the checkout was made for.";
  return null;
}

function review(why: string, told: ToldCheckout): Exclude<Settled, string> {
  const { checkoutId, reference, amount, currency, named } = told;
  return { review: why, details: { checkoutId, reference, amount, currency, named } };
}

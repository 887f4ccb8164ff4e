import type {
  Checkout,
  CheckOut,
  CreditPack,
  CreditPackList,
  ListPayments,
  Page,
  Payment,
} from "@gatehouse/shared";
import { answerOnce } from "../../access/answer-once.ts";
import { recordAudit } from "../../access/audit.ts";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { AppError } from "../../base/app-error.ts";
import type { Payment as PaymentRow } from "../../database/generated/client.ts";
import { readPage } from "../../database/paging.ts";
import { inTransaction } from "../../database/transaction.ts";
import type { Shop, Till } from "../../providers/shop.ts";

/** What an operation needs that sells something. */
export interface ShopContext extends WorkspaceContext {
  shop: Shop;
}

export function listPlans({ shop }: Pick<ShopContext, "shop">): CreditPackList {
  return { items: [...shop.packs] };
}

/**
 * Opens a page of the provider where somebody can buy a pack for the workspace. Nothing is granted before the
 * provider says that it is paid.
 *
 * @throws AppError NOT_FOUND for a pack or a provider that is not there; VALIDATION_FAILED for a return address that is
 * not the frontend's; PROVIDER_ERROR, UNAVAILABLE
 */
export function checkOut(ctx: ShopContext, input: CheckOut): Promise<Checkout> {
  const { idempotencyKey: key, ...rest } = input;
  const till = ctx.shop[input.provider];
  const pack = ctx.shop.packs.find(({ id }) => id === input.packId);
  if (till === null || pack === undefined) throw new AppError("NOT_FOUND");
  const returnTo = checkReturn(input.returnTo, ctx.shop);
  const open = () => openCheckout(ctx, till, { provider: input.provider, pack, returnTo });
  if (key === undefined) return open();
  const caller = `${ctx.actor.kind}:${ctx.actor.id ?? ""}`;
  const call = {
    caller,
    procedure: "billing.checkout",
    key,
    input: { ...rest, workspaceId: ctx.workspace.id },
  };
  return answerOnce(ctx, call, open);
}

interface Sale {
  provider: CheckOut["provider"];
  pack: CreditPack;
  returnTo: string;
}

/** The payment is noted before the provider hears of it: no event can be about a payment that nobody knows. */
async function openCheckout(
  ctx: ShopContext,
  till: Till,
  { provider, pack, returnTo }: Sale,
): Promise<Checkout> {
  const { db, now, workspace } = ctx;
  const { id: packId, credits, price } = pack;
  const payment = await inTransaction(db, async (tx) => {
    const sold = { provider, packId, credits, ...price, workspaceId: workspace.id, createdAt: now() };
    const row = await tx.payment.create({ data: sold });
    await recordAudit(tx, ctx, {
      action: "billing.checkout",
      target: { type: "payment", id: row.id },
      workspaceId: workspace.id,
      after: { provider, packId, credits, ...price },
    });
    return row;
  });
  try {
    const order = { paymentId: payment.id, workspaceId: workspace.id, pack, returnTo };
    const { id: checkoutId, url } = await till.openCheckout(order);
    await db.payment.update({ where: { id: payment.id }, data: { checkoutId, url } });
    return { paymentId: payment.id, provider, checkoutId, url };
  } catch (error) {
    await db.payment.updateMany({ where: { id: payment.id, state: "open" }, data: { state: "failed" } });
    throw error;
  }
}

/** A return address that anybody could choose would lead buyers from the provider's page to anybody's. */
function checkReturn(returnTo: string | undefined, { appUrl, home }: Shop): string {
  if (returnTo === undefined) return home;
  if (appUrl !== null && isBelow(new URL(returnTo), new URL(appUrl))) return returnTo;
  throw new AppError("VALIDATION_FAILED", {
    fields: [{ path: "returnTo", message: "Not an address of the frontend (APP_URL)" }],
  });
}

function isBelow(address: URL, base: URL): boolean {
  const folder = base.pathname.endsWith("/") ? base.pathname : `${base.pathname}/`;
  const isInside = address.pathname === base.pathname || address.pathname.startsWith(folder);
  return address.origin === base.origin && isInside && address.username === "" && address.password === "";
}

/** The newest first. */
export async function listPayments(
  { db, workspace }: WorkspaceContext,
  input: ListPayments,
): Promise<Page<Payment>> {
  const page = await readPage(input, ({ older, ...slice }) =>
    db.payment.findMany({ where: { ...older, workspaceId: workspace.id }, ...slice }),
  );
  return { ...page, items: page.items.map(toPayment) };
}

function toPayment(row: PaymentRow): Payment {
  const { id, provider, packId, currency, state, checkoutId } = row;
  return {
    id,
    provider,
    packId,
    credits: Number(row.credits),
    price: { amount: Number(row.amount), currency },
    state,
    granted: Number(row.granted),
    refundedAmount: Number(row.refundedAmount),
    disputedAmount: Number(row.disputedAmount),
    checkoutId,
    url: state === "open" ? row.url : null,
    createdAt: row.createdAt.toISOString(),
    paidAt: row.paidAt?.toISOString() ?? null,
  };
}

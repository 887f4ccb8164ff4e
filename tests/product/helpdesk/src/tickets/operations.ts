import { AppError, Prisma, readPage, recordAudit, requireRoom, sliceOf, uuidV7Of } from "@gatehouse/server";
import type { Page, RawTransaction, WorkspaceContext } from "@gatehouse/server";
import type { CloseTicket, CreateTicket, ListTickets, Ticket } from "./schemas.js";

interface TicketRow {
  id: string;
  title: string;
  closed_at: Date | null;
  created_at: Date;
}

/** @throws AppError LIMIT_REACHED */
export async function createTicket(ctx: WorkspaceContext, { title }: CreateTicket): Promise<Ticket> {
  const { byHand, limits, now } = ctx;
  const workspaceId = ctx.workspace.id;
  return byHand.inTransaction(async (tx) => {
    const count = () => countTickets(tx, workspaceId);
    await requireRoom(tx, { workspaceId, limits, limit: "tickets", count });
    const createdAt = now();
    const row: TicketRow = { id: uuidV7Of(createdAt), title, closed_at: null, created_at: createdAt };
    await tx.$executeRaw`
      INSERT INTO tickets (id, workspace_id, title, created_at)
      VALUES (${row.id}::uuid, ${workspaceId}::uuid, ${title}, ${createdAt})`;
    const target = { type: "ticket", id: row.id } as const;
    await recordAudit(tx, ctx, { action: "tickets.create", target, workspaceId, after: { title } });
    return toTicket(row);
  });
}

/** The newest first. */
export async function listTickets(
  { byHand, workspace }: WorkspaceContext,
  input: ListTickets,
): Promise<Page<Ticket>> {
  const page = await readPage(input, (slice) =>
    byHand.ask<TicketRow>(Prisma.sql`
      SELECT id, title, closed_at, created_at FROM tickets
      WHERE workspace_id = ${workspace.id}::uuid${sliceOf(slice)}`),
  );
  return { ...page, items: page.items.map(toTicket) };
}

/** @throws AppError NOT_FOUND, TICKET_CLOSED */
export async function closeTicket(ctx: WorkspaceContext, { ticketId }: CloseTicket): Promise<Ticket> {
  const workspaceId = ctx.workspace.id;
  return ctx.byHand.inTransaction(async (tx) => {
    const [row] = await tx.$queryRaw<TicketRow[]>`
      SELECT id, title, closed_at, created_at FROM tickets
      WHERE id = ${ticketId}::uuid AND workspace_id = ${workspaceId}::uuid FOR UPDATE`;
    if (row === undefined) throw new AppError("NOT_FOUND");
    if (row.closed_at !== null) throw new AppError("TICKET_CLOSED");
    const closedAt = ctx.now();
    await tx.$executeRaw`UPDATE tickets SET closed_at = ${closedAt} WHERE id = ${row.id}::uuid`;
    const target = { type: "ticket", id: row.id } as const;
    await recordAudit(tx, ctx, { action: "tickets.close", target, workspaceId });
    return toTicket({ ...row, closed_at: closedAt });
  });
}

async function countTickets(tx: RawTransaction, workspaceId: string): Promise<number> {
  const [{ count }] = await tx.$queryRaw<[{ count: number }]>`
    SELECT count(*)::int AS count FROM tickets WHERE workspace_id = ${workspaceId}::uuid`;
  return count;
}

function toTicket({ id, title, closed_at: closedAt, created_at: createdAt }: TicketRow): Ticket {
  return { id, title, closedAt: closedAt?.toISOString() ?? null, createdAt: createdAt.toISOString() };
}

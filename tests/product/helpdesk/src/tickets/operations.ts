import {
  AppError,
  Prisma,
  inTransaction,
  readPage,
  recordAudit,
  requireRoom,
  uuidV7Of,
} from "@gatehouse/server";
import type { Page, Transaction, WorkspaceContext } from "@gatehouse/server";
import type { CloseTicket, CreateTicket, ListTickets, Ticket } from "./schemas.js";

interface TicketRow {
  id: string;
  title: string;
  closed_at: Date | null;
  created_at: Date;
}

/** @throws AppError LIMIT_REACHED */
export async function createTicket(ctx: WorkspaceContext, { title }: CreateTicket): Promise<Ticket> {
  const { db, limits, now } = ctx;
  const workspaceId = ctx.workspace.id;
  return inTransaction(db, async (tx) => {
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
  { db, workspace }: WorkspaceContext,
  input: ListTickets,
): Promise<Page<Ticket>> {
  const page = await readPage(input, ({ older: { id: before }, take }) => {
    const older = before === undefined ? Prisma.empty : Prisma.sql`AND id < ${before.lt}::uuid`;
    return db.$queryRaw<TicketRow[]>`
      SELECT id, title, closed_at, created_at FROM tickets
      WHERE workspace_id = ${workspace.id}::uuid ${older} ORDER BY id DESC LIMIT ${take}`;
  });
  return { ...page, items: page.items.map(toTicket) };
}

/** @throws AppError NOT_FOUND, TICKET_CLOSED */
export async function closeTicket(ctx: WorkspaceContext, { ticketId }: CloseTicket): Promise<Ticket> {
  const workspaceId = ctx.workspace.id;
  return inTransaction(ctx.db, async (tx) => {
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

async function countTickets(tx: Transaction, workspaceId: string): Promise<number> {
  const [row] = await tx.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) FROM tickets WHERE workspace_id = ${workspaceId}::uuid`;
  return Number(row?.count ?? 0);
}

function toTicket({ id, title, closed_at: closedAt, created_at: createdAt }: TicketRow): Ticket {
  return { id, title, closedAt: closedAt?.toISOString() ?? null, createdAt: createdAt.toISOString() };
}

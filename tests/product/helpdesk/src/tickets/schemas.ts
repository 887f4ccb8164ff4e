import { Id, Instant, inWorkspace, nameOf, pageInput, pageOf } from "@gatehouse/server";
import { z } from "zod";

export const Ticket = z
  .object({ id: Id, title: z.string(), closedAt: Instant.nullable(), createdAt: Instant })
  .meta({ id: "Ticket" });
export type Ticket = z.infer<typeof Ticket>;

export const TicketPage = pageOf(Ticket).meta({ id: "TicketPage" });

export const CreateTicket = z.strictObject({ ...inWorkspace, title: nameOf(200) });
export type CreateTicket = z.infer<typeof CreateTicket>;

export const ListTickets = z.strictObject({ ...inWorkspace, ...pageInput });
export type ListTickets = z.infer<typeof ListTickets>;

export const CloseTicket = z.strictObject({ ...inWorkspace, ticketId: Id });
export type CloseTicket = z.infer<typeof CloseTicket>;

import { router, workspaceProcedure } from "@gatehouse/server";
import { closeTicket, createTicket, listTickets } from "./operations.js";
import { CloseTicket, CreateTicket, ListTickets, Ticket, TicketPage } from "./schemas.js";

export const ticketsRouter = router({
  create: workspaceProcedure
    .meta({
      permission: "tickets:write",
      rest: { method: "POST", path: "/tickets" },
      errors: ["LIMIT_REACHED"],
      summary: "Open a ticket",
    })
    .input(CreateTicket)
    .output(Ticket)
    .mutation(({ ctx, input }) => createTicket(ctx, input)),

  list: workspaceProcedure
    .meta({
      permission: "tickets:read",
      rest: { method: "GET", path: "/tickets" },
      summary: "The tickets of a workspace, the newest first",
    })
    .input(ListTickets)
    .output(TicketPage)
    .query(({ ctx, input }) => listTickets(ctx, input)),

  close: workspaceProcedure
    .meta({
      permission: "tickets:write",
      rest: { method: "POST", path: "/tickets/{ticketId}/close" },
      errors: ["NOT_FOUND", "TICKET_CLOSED"],
      summary: "Close a ticket",
    })
    .input(CloseTicket)
    .output(Ticket)
    .mutation(({ ctx, input }) => closeTicket(ctx, input)),
});

import { defineWords } from "@gatehouse/server";

export const words = defineWords({
  permissions: { "tickets:read": "viewer", "tickets:write": "member" },
  limits: { tickets: { called: "tickets", lite: 3, standard: 1_000, professional: 100_000 } },
  subjects: { ticket: "tickets:read" },
  errors: {
    TICKET_CLOSED: { status: 409, title: "Ticket closed", detail: "A closed ticket does not change." },
  },
});

declare module "@gatehouse/server" {
  interface Words {
    tickets: typeof words;
  }
}

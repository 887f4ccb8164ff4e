import { infiniteQueryOptions, useWorkspace } from "@gatehouse/client/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Pages } from "../../parts/pages.tsx";
import { InvitationRow } from "./invitation-row.tsx";
import { InviteForm } from "./invite-form.tsx";

export function Invitations() {
  const { api } = useWorkspace();
  const list = useInfiniteQuery(infiniteQueryOptions(api.invitations.list));
  return (
    <section aria-labelledby="invite">
      <h2 id="invite">Invite somebody</h2>
      <InviteForm />
      <h3>Open invitations</h3>
      <Pages query={list} empty={<p className="quiet">None.</p>}>
        {(invitations) => (
          <ul className="rows">
            {invitations.map((invitation) => (
              <InvitationRow key={invitation.id} invitation={invitation} />
            ))}
          </ul>
        )}
      </Pages>
    </section>
  );
}

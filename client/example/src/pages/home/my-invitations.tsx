import { infiniteQueryOptions, useApi } from "@gatehouse/client/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Pages } from "../../parts/pages.tsx";
import { InvitationCard } from "./invitation-card.tsx";

/** Invitations into workspaces that wait for an answer; no place at all where there are none. */
export function MyInvitations() {
  const api = useApi();
  const list = useInfiniteQuery(infiniteQueryOptions(api.invitations.listMine));
  const isEmpty = list.data === undefined || list.data.pages[0]?.items.length === 0;
  if (isEmpty && list.error === null) return null;
  return (
    <section aria-labelledby="invitations">
      <h2 id="invitations">Invitations</h2>
      <Pages query={list} empty={null}>
        {(invitations) => (
          <ul className="rows">
            {invitations.map((invitation) => (
              <InvitationCard key={invitation.id} invitation={invitation} />
            ))}
          </ul>
        )}
      </Pages>
    </section>
  );
}

import { queryOptions, useApi } from "@gatehouse/client/react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { Empty } from "../../parts/empty.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { InvitationCard } from "./invitation-card.tsx";

/** Where the link in an invitation's letter leads to. The link is no secret: the address at sign-in decides. */
export function InvitationPage() {
  const { invitationId } = useParams();
  const api = useApi();
  const mine = useQuery(queryOptions(api.invitations.listMine, { limit: 100 }));
  const me = useQuery(queryOptions(api.me.get));
  return (
    <main id="main" className="narrow">
      <Page title="Invitation">
        <Loaded query={mine}>
          {({ items }) => {
            const invitation = items.find(({ id }) => id === invitationId);
            if (invitation === undefined) return <Gone email={me.data?.email ?? null} />;
            return (
              <ul className="rows">
                <InvitationCard invitation={invitation} />
              </ul>
            );
          }}
        </Loaded>
      </Page>
    </main>
  );
}

function Gone({ email }: { email: string | null }) {
  return (
    <Empty title="This invitation does not wait for you">
      <p>
        It was answered or taken back, its time is over, or it was sent to another address
        {email === null ? "" : ` than ${email}`}.
      </p>
      <Link to="/">Go to your workspaces</Link>
    </Empty>
  );
}

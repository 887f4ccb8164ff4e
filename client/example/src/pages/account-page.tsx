import type { Session } from "@gatehouse/client";
import { errorOf } from "@gatehouse/client";
import {
  infiniteQueryOptions,
  mutationOptions,
  queryKey,
  queryOptions,
  useApi,
} from "@gatehouse/client/react";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Badge } from "../parts/badge.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Page } from "../parts/page.tsx";
import { Pages } from "../parts/pages.tsx";
import { useToast } from "../parts/toasts.tsx";
import { When } from "../parts/when.tsx";

export function AccountPage() {
  const api = useApi();
  const me = useQuery(queryOptions(api.me.get));
  const sessions = useInfiniteQuery(infiniteQueryOptions(api.me.sessions.list, { status: "active" }));
  return (
    <main id="main" className="narrow">
      <Page title="Your account">
        <Loaded query={me}>
          {({ name, email, number, hasProductAccess, createdAt }) => (
            <dl className="facts">
              <dt>Name</dt>
              <dd>{name ?? "–"}</dd>
              <dt>E-mail</dt>
              <dd>{email ?? "–"}</dd>
              <dt>Number</dt>
              <dd>{number}</dd>
              <dt>Access</dt>
              <dd>
                {hasProductAccess ? "You may make workspaces." : "Redeem an access code to make workspaces."}
              </dd>
              <dt>Here since</dt>
              <dd>
                <When at={createdAt} />
              </dd>
            </dl>
          )}
        </Loaded>
        <section aria-labelledby="sessions">
          <h2 id="sessions">Where you are signed in</h2>
          <Pages query={sessions} empty={null}>
            {(items) => (
              <ul className="rows">
                {items.map((session) => (
                  <SessionRow key={session.id} session={session} />
                ))}
              </ul>
            )}
          </Pages>
        </section>
      </Page>
    </main>
  );
}

function SessionRow({
  session: { id, isCurrent, browser, device, city, lastActiveAt },
}: {
  session: Session;
}) {
  const api = useApi();
  const toast = useToast();
  const queryClient = useQueryClient();
  const revoke = useMutation(
    mutationOptions(api.me.sessions.revoke, {
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: queryKey(api.me.sessions) });
        toast.done("That session is over.");
      },
      onError: (error) => toast.failed(errorOf(error).message),
    }),
  );
  const place = [browser, device, city].filter((word) => word !== null).join(", ");
  return (
    <li className="row">
      <div className="row-text">
        <strong>{place === "" ? "A browser" : place}</strong>{" "}
        {isCurrent && <Badge tone="accent">this one</Badge>}
        <p className="quiet">
          Last used <When at={lastActiveAt} toTheMinute />
        </p>
      </div>
      {!isCurrent && (
        <button
          className="button"
          disabled={revoke.isPending}
          onClick={() => revoke.mutate({ sessionId: id })}
        >
          Sign out there
        </button>
      )}
    </li>
  );
}

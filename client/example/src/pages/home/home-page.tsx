import { infiniteQueryOptions, queryOptions, useApi } from "@gatehouse/client/react";
import type { Workspace } from "@gatehouse/client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { Badge } from "../../parts/badge.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Page } from "../../parts/page.tsx";
import { Pages } from "../../parts/pages.tsx";
import { CreateWorkspace } from "./create-workspace.tsx";
import { MyInvitations } from "./my-invitations.tsx";
import { RedeemCode } from "./redeem-code.tsx";

export function HomePage() {
  const api = useApi();
  const me = useQuery(queryOptions(api.me.get));
  const list = useInfiniteQuery(infiniteQueryOptions(api.workspaces.list));
  const [isCreating, setIsCreating] = useState(false);
  const mayCreate = me.data?.hasProductAccess === true;
  const create = mayCreate && (
    <button className="button primary" onClick={() => setIsCreating(true)}>
      New workspace
    </button>
  );
  return (
    <main id="main" className="narrow">
      <Page title="Your workspaces" actions={create}>
        {me.data?.hasProductAccess === false && <RedeemCode />}
        <MyInvitations />
        <Pages query={list} empty={<Nothing mayCreate={mayCreate} />}>
          {(workspaces) => (
            <ul className="cards">
              {workspaces.map((workspace) => (
                <WorkspaceCard key={workspace.id} workspace={workspace} />
              ))}
            </ul>
          )}
        </Pages>
        {isCreating && <CreateWorkspace onClose={() => setIsCreating(false)} />}
      </Page>
    </main>
  );
}

function WorkspaceCard({ workspace: { id, name, slug, role, tier } }: { workspace: Workspace }) {
  return (
    <li className="card">
      <Link to={`/workspaces/${id}/projects`}>{name}</Link>
      <p className="quiet">{slug}</p>
      <p>
        {role !== null && <Badge tone="accent">{role}</Badge>} <Badge>{tier}</Badge>
      </p>
    </li>
  );
}

function Nothing({ mayCreate }: { mayCreate: boolean }) {
  return (
    <Empty title="You are in no workspace yet">
      <p>
        {mayCreate
          ? "Make one, or ask somebody to invite you into his."
          : "Redeem an access code to make one, or ask somebody to invite you into his."}
      </p>
    </Empty>
  );
}

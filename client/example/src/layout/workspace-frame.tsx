import { useWorkspace, WorkspaceProvider } from "@gatehouse/client/react";
import { isNetworkError } from "@gatehouse/client";
import { Link, NavLink, Outlet, useParams } from "react-router";
import { Page } from "../parts/page.tsx";
import { Refusal } from "../parts/refusal.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { LiveUpdates } from "./live-updates.tsx";
import { WorkspaceSwitcher } from "./workspace-switcher.tsx";
import { PLACES } from "./places.ts";

/** One workspace, with everything below knowing which. Another id is another workspace: nothing is kept between two. */
export function WorkspaceFrame() {
  const { workspaceId = "" } = useParams();
  return (
    <WorkspaceProvider key={workspaceId} workspaceId={workspaceId}>
      <Workspace />
    </WorkspaceProvider>
  );
}

function Workspace() {
  const { workspace, can, error } = useWorkspace();
  if (workspace === null && error !== null && !isNetworkError(error)) return <Refused error={error} />;
  if (workspace === null)
    return (
      <main id="main" className="narrow">
        <Waiting />
      </main>
    );
  return (
    <div className="workspace">
      <nav aria-label="Workspace" className="side">
        <WorkspaceSwitcher />
        <ul>
          {PLACES.filter(({ permission }) => can(permission)).map(({ to, name }) => (
            <li key={to}>
              <NavLink to={to}>{name}</NavLink>
            </li>
          ))}
        </ul>
        <LiveUpdates />
      </nav>
      <main id="main">
        <Outlet />
      </main>
    </div>
  );
}

function Refused({ error }: { error: unknown }) {
  return (
    <main id="main" className="narrow">
      <Page title="This workspace is closed to you">
        <Refusal error={error} />
        <p>
          It may not exist, or your membership has ended. <Link to="/">Go to your workspaces</Link>
        </p>
      </Page>
    </main>
  );
}

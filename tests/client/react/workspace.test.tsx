import { useWindow } from "../fixtures/window.ts";
import { errorOf } from "@gatehouse/client";
import type { Permission, WorkspaceEvent } from "@gatehouse/client";
import {
  GatehouseProvider,
  WorkspaceProvider,
  queryOptions,
  useCan,
  useWorkspace,
  useWorkspaceEvents,
} from "@gatehouse/client/react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { expect, test, vi } from "vitest";
import { openCache, openPage } from "../fixtures/page.ts";
import type { Page } from "../fixtures/page.ts";
import { openWatchedClient } from "../fixtures/watched-client.ts";
import { openWorld } from "../../support/world.ts";
import type { World } from "../../support/world.ts";

useWindow();

/** Somebody looks at the workspace: what he sees, what he asked for, and what he was told. */
function visit<Name extends string>(
  { server, workspaceId, people }: World<Name>,
  name: Name,
  children: ReactNode,
) {
  const heard: WorkspaceEvent[] = [];
  const { api, asked } = openWatchedClient({ url: server.url, token: people[name].token });
  function Live(): ReactNode {
    return `[${useWorkspaceEvents({ onEvent: (event) => void heard.push(event) })}] `;
  }
  const page = openPage(
    <GatehouseProvider client={api} userId={name} queryClient={openCache()}>
      <WorkspaceProvider workspaceId={workspaceId}>
        <Live />
        {children}
      </WorkspaceProvider>
    </GatehouseProvider>,
  );
  return { page, asked, heard };
}

const shows = (page: Page, text: string | RegExp) =>
  vi.waitFor(() => expect(page.text()).toMatch(text), 10_000);

function Projects(): ReactNode {
  const { data } = useQuery(queryOptions(useWorkspace().api.projects.list));
  return `projects: ${data?.items.map(({ name }) => name).join(" ")}. `;
}

function Project({ projectId }: { projectId: string }): ReactNode {
  const { data, error } = useQuery(queryOptions(useWorkspace().api.projects.get, { projectId }));
  return `project: ${error === null ? data?.name : errorOf(error).code}. `;
}

function Members(): ReactNode {
  const { data } = useQuery(queryOptions(useWorkspace().api.members.list));
  return `members: ${data?.items.length}. `;
}

function Role(): ReactNode {
  const { role, workspace, error } = useWorkspace();
  return `${workspace?.name ?? (error === null ? "loading" : errorOf(error).code)}, as ${role}. `;
}

function Can({ permission }: { permission: Permission }): ReactNode {
  return useCan(permission) ? `may ${permission}. ` : `may not ${permission}. `;
}

test("a page shows the workspace, the user's role, and what he may do in it", async () => {
  const world = await openWorld({ ada: "owner", vic: "viewer" });
  const children = [<Role key="1" />, <Can key="2" permission="projects:write" />];

  const { page: ofOwner } = visit(world, "ada", children);
  const { page: ofViewer } = visit(world, "vic", children);

  await shows(ofOwner, "The world, as owner. may projects:write.");
  await shows(ofViewer, "The world, as viewer. may not projects:write.");
});

test("who is not in the workspace is told so, and may do nothing", async () => {
  const world = await openWorld({ ada: "owner", sam: "stranger" });

  const { page } = visit(world, "sam", [<Role key="1" />, <Can key="2" permission="projects:read" />]);

  await shows(page, "[offline] FORBIDDEN, as null. may not projects:read.");
});

test("what somebody else does is seen, and only what it touches is read again", async () => {
  const world = await openWorld({ ada: "owner", vic: "viewer" });
  const { ada, workspaceId } = world;
  const atlas = await ada.projects.create.mutate({ workspaceId, name: "Atlas" });
  const ceres = await ada.projects.create.mutate({ workspaceId, name: "Ceres" });
  const { page, asked } = visit(world, "vic", [
    <Projects key="1" />,
    <Project key="2" projectId={atlas.id} />,
    <Project key="3" projectId={ceres.id} />,
    <Members key="4" />,
  ]);
  await shows(page, /^\[live\] projects: Ceres Atlas. project: Atlas. project: Ceres. members: 2. $/);
  await vi.waitFor(() => expect(asked.filter((path) => path === "members.list")).toHaveLength(2), 10_000);
  asked.length = 0;

  await ada.projects.update.mutate({ workspaceId, projectId: atlas.id, name: "Borealis" });

  await shows(
    page,
    /^\[live\] projects: (Borealis Ceres|Ceres Borealis). project: Borealis. project: Ceres. members: 2. $/,
  );
  expect(asked.toSorted()).toEqual(["projects.get", "projects.list"]);
});

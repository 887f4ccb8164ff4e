import { useWindow } from "../fixtures/window.ts";
import { createClient, errorOf } from "@gatehouse/client";
import type { Permission } from "@gatehouse/client";
import {
  GatehouseProvider,
  WorkspaceProvider,
  queryKey,
  queryOptions,
  useCan,
  useWorkspace,
  useWorkspaceEvents,
} from "@gatehouse/client/react";
import { toBeToldOf } from "@gatehouse/shared";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { expect, test, vi } from "vitest";
import { TOUCHED, touchedBy } from "../../../client/src/react/touched.ts";
import { openCache, openPage } from "../fixtures/page.ts";
import type { Page } from "../fixtures/page.ts";
import { openWatchedClient } from "../fixtures/watched-client.ts";
import { openWorld } from "../../support/world.ts";
import type { World } from "../../support/world.ts";

useWindow();

/** Somebody looks at the workspace: what he sees, what he asked for, and how he loses his connection. */
function visit<Name extends string>(
  { server, workspaceId, people }: World<Name>,
  name: Name,
  children: ReactNode,
) {
  const { api, asked, unplug } = openWatchedClient({ url: server.url, token: people[name].token });
  const queryClient = openCache();
  const inside = (what: ReactNode) => (
    <GatehouseProvider client={api} userId={name} queryClient={queryClient}>
      <WorkspaceProvider workspaceId={workspaceId}>
        <Live />
        {what}
      </WorkspaceProvider>
    </GatehouseProvider>
  );
  const page = openPage(inside(children));
  return { page, asked, unplug, turnTo: (what: ReactNode) => page.show(inside(what)) };
}

function Live(): ReactNode {
  return `[${useWorkspaceEvents()}] `;
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

test("of things that this client does not know, everything is read again", () => {
  const api = createClient({ url: "http://127.0.0.1:9" });
  const apis = { api, mine: api.workspace("w") };
  const touched = (type: string) =>
    touchedBy({ kind: "changed", action: "x", subject: { type, id: "1" }, createdAt: "" }, apis);

  expect(touched("hologram")).toEqual([queryKey(apis.mine)]);
  expect(touched("project")).not.toContainEqual(queryKey(apis.mine));
  // What it knows are things that the server tells of.
  expect(Object.keys(TOUCHED).filter((type) => toBeToldOf(type) === null)).toEqual([]);
});

test("fifty changes at once are read again together", async () => {
  const world = await openWorld({ ada: "owner" });
  const { ada, workspaceId } = world;
  const { page, asked, unplug } = visit(world, "ada", <Projects />);
  await shows(page, "[live]");
  const plugIn = unplug();
  const names = Array.from({ length: 50 }, (_, index) => `P${index}`);
  await Promise.all(names.map((name) => ada.projects.create.mutate({ workspaceId, name })));
  const newest = await ada.projects.list.query({ workspaceId });
  asked.length = 0;

  plugIn();

  await shows(page, newest.items.map(({ name }) => name).join(" "));
  expect(asked.filter((path) => path === "projects.list").length).toBeLessThan(10);
});

test("a page whose connection is lost says so, recovers by itself, and shows what happened meanwhile", async () => {
  const world = await openWorld({ ada: "owner" });
  const { ada, workspaceId } = world;
  const { page, unplug } = visit(world, "ada", <Projects />);
  await shows(page, "[live] projects: .");

  const plugIn = unplug();
  await shows(page, "[offline] projects: .");
  await ada.projects.create.mutate({ workspaceId, name: "Atlas" });
  plugIn();

  await shows(page, "[live] projects: Atlas.");
});

test("what could not be read while the connection was lost is read when it is back", async () => {
  const world = await openWorld({ ada: "owner" });
  const { page, unplug, turnTo } = visit(world, "ada", <Role />);
  await shows(page, "[live] The world, as owner.");
  const plugIn = unplug();
  await shows(page, "[offline]");

  turnTo(<Projects />);
  await shows(page, "[offline] projects: undefined.");
  plugIn();

  await shows(page, "[live] projects: .");
});

test("who is removed from the workspace sees nothing of it any more", async () => {
  const world = await openWorld({ ada: "owner", bob: "member" });
  const { ada, workspaceId } = world;
  await ada.projects.create.mutate({ workspaceId, name: "Atlas" });
  const { page } = visit(world, "bob", [<Role key="1" />, <Projects key="2" />]);
  await shows(page, "[live] The world, as member. projects: Atlas.");

  await ada.members.remove.mutate({ workspaceId, userId: world.people.bob.userId });

  await shows(page, "[offline] FORBIDDEN, as null. projects: undefined.");
});

test("a change of one's role is seen at once, with what it allows", async () => {
  const world = await openWorld({ ada: "owner", bob: "viewer" });
  const { page } = visit(world, "bob", [<Role key="1" />, <Can key="2" permission="projects:write" />]);
  await shows(page, "[live] The world, as viewer. may not projects:write.");

  const { bob } = world.people;
  await world.ada.members.updateRole.mutate({
    workspaceId: world.workspaceId,
    userId: bob.userId,
    role: "member",
  });

  await shows(page, "[live] The world, as member. may projects:write.");
});

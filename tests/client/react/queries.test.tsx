import { useWindow } from "../fixtures/window.ts";
import { createClient, errorOf, isApiError } from "@gatehouse/client";
import type { Api, Fetch, Project } from "@gatehouse/client";
import {
  GatehouseProvider,
  infiniteQueryOptions,
  mutationOptions,
  queryKey,
  queryOptions,
  useApi,
} from "@gatehouse/client/react";
import {
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  useSuspenseQuery,
} from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import { Suspense } from "react";
import type { ReactNode } from "react";
import { expect, test, vi } from "vitest";
import { openCache, openPage } from "../fixtures/page.ts";
import type { Page } from "../fixtures/page.ts";
import { openWatchedClient } from "../fixtures/watched-client.ts";
import type { WatchedClient } from "../fixtures/watched-client.ts";
import { openWorld } from "../../support/world.ts";
import type { Person, World } from "../../support/world.ts";

useWindow();

/** A client of this person, which tells what it asks for. */
function watched({ server }: World<string>, { token }: Person): WatchedClient {
  return openWatchedClient({ url: server.url, token });
}

function open(api: Api, children: ReactNode, queryClient: QueryClient = openCache()): Page {
  return openPage(
    <GatehouseProvider client={api} userId="ada" queryClient={queryClient}>
      {children}
    </GatehouseProvider>,
  );
}

const shows = (page: Page, text: string) => vi.waitFor(() => expect(page.text()).toBe(text), 10_000);

/** The names of a workspace's projects, or why there are none. */
function Projects({ workspaceId }: { workspaceId: string }): ReactNode {
  const { data, error } = useQuery(queryOptions(useApi().projects.list, { workspaceId }));
  if (error !== null) return errorOf(error).code;
  return data === undefined ? "loading" : namesOf(data.items);
}

const namesOf = (projects: readonly Project[]) => projects.map(({ name }) => name).join(" ");

test("a page shows what a query answers", async () => {
  const world = await openWorld({ ada: "owner" });
  await world.ada.projects.create.mutate({ workspaceId: world.workspaceId, name: "Atlas" });

  const page = open(world.ada, <Projects workspaceId={world.workspaceId} />);

  await shows(page, "Atlas");
});

test("a refusal is shown at once, and nobody asks again", async () => {
  const world = await openWorld({ ada: "owner", sam: "stranger" });
  const { api, asked } = watched(world, world.people.sam);

  const page = open(api, <Projects workspaceId={world.workspaceId} />);

  await shows(page, "FORBIDDEN");
  expect(asked).toEqual(["projects.list"]);
});

test("a lost connection is tried again by the client, and not once more by the cache", async () => {
  let tries = 0;
  const fetch: Fetch = async () => {
    tries += 1;
    throw new TypeError("fetch failed");
  };
  const api = createClient({ url: "http://127.0.0.1:9", fetch, retries: 1 });

  const page = open(api, <Projects workspaceId="01980000-0000-7000-8000-000000000001" />);

  await shows(page, "NETWORK_ERROR");
  expect(tries).toBe(2);
});

test("a procedure and the same one of its workspace share one answer", async () => {
  const world = await openWorld({ ada: "owner" });
  const { workspaceId } = world;
  const { api, asked } = watched(world, world.people.ada);
  await world.ada.projects.create.mutate({ workspaceId, name: "Atlas" });
  function Bound(): ReactNode {
    const { data } = useQuery(queryOptions(useApi().workspace(workspaceId).projects.list));
    return data === undefined ? "loading" : namesOf(data.items);
  }

  const both = [<Projects key="1" workspaceId={workspaceId} />, " = ", <Bound key="2" />];
  await shows(open(api, both), "Atlas = Atlas");

  expect(asked).toEqual(["projects.list"]);
});

test("two workspaces are kept apart, and what is marked as old in one is not read again in the other", async () => {
  const first = await openWorld({ ada: "owner" });
  const second = await openWorld({ bob: "owner" });
  const { db } = first.server.running.services.database;
  const { userId } = first.people.ada;
  await db.workspaceMember.create({ data: { workspaceId: second.workspaceId, userId, role: "viewer" } });
  await first.ada.projects.create.mutate({ workspaceId: first.workspaceId, name: "Atlas" });
  await second.bob.projects.create.mutate({ workspaceId: second.workspaceId, name: "Borealis" });
  const { api, asked } = watched(first, first.people.ada);
  const queryClient = openCache();
  const ids = [first.workspaceId, second.workspaceId];
  const lists = ids.map((id) => <Projects key={id} workspaceId={id} />);
  const page = open(api, lists, queryClient);
  await shows(page, "AtlasBorealis");
  asked.length = 0;

  await queryClient.invalidateQueries({ queryKey: queryKey(api.workspace(first.workspaceId)) });
  expect(asked).toEqual(["projects.list"]);
  await queryClient.invalidateQueries({ queryKey: queryKey(api.projects) });
  expect(asked).toHaveLength(3);
  await queryClient.invalidateQueries({ queryKey: queryKey(api.credits) });
  await queryClient.invalidateQueries({ queryKey: queryKey(api.projects.get) });
  expect(asked).toHaveLength(3);
});

test("a page that is left ends its call", async () => {
  let signal: AbortSignal | null | undefined;
  const fetch: Fetch = (_, init) => {
    signal = init?.signal;
    return new Promise(() => undefined);
  };
  const api = createClient({ url: "http://127.0.0.1:9", fetch });
  const page = open(api, <Projects workspaceId="01980000-0000-7000-8000-000000000001" />);
  await vi.waitFor(() => expect(signal?.aborted).toBe(false));

  page.show(null);

  await vi.waitFor(() => expect(signal?.aborted).toBe(true));
});

test("a list grows page by page, and ends", async () => {
  const world = await openWorld({ ada: "owner" });
  const { workspaceId } = world;
  for (const name of ["Atlas", "Borealis", "Ceres"])
    await world.ada.projects.create.mutate({ workspaceId, name });
  function Growing(): ReactNode {
    const list = useInfiniteQuery(infiniteQueryOptions(useApi().projects.list, { workspaceId, limit: 2 }));
    const names = namesOf(list.data?.pages.flatMap(({ items }) => items) ?? []);
    return [
      names,
      list.hasNextPage && (
        <button key="more" onClick={() => void list.fetchNextPage()}>
          more
        </button>
      ),
    ];
  }
  const page = open(world.ada, <Growing />);
  await vi.waitFor(() => expect(page.text()).toMatch(/^\w+ \w+more$/), 10_000);

  page.press("more");

  await vi.waitFor(() => expect(page.text()).toMatch(/^\w+ \w+ \w+$/), 10_000);
  expect(page.text().split(" ").toSorted()).toEqual(["Atlas", "Borealis", "Ceres"]);
});

function Greeting(): ReactNode {
  return `Hello, ${useSuspenseQuery(queryOptions(useApi().me.get)).data.name}`;
}

test("a page that suspends waits for its answer, and shows it", async () => {
  const world = await openWorld({ ada: "owner" });
  const { api, hold } = watched(world, world.people.ada);
  const release = hold();

  const page = open(
    api,
    <Suspense fallback="loading">
      <Greeting />
    </Suspense>,
  );

  await shows(page, "loading");
  release();
  await shows(page, "Hello, ada");
});

/** Renames a project before the server has answered, and takes it back if that refuses. */
function Renaming({ project, version }: { project: Project; version: number }): ReactNode {
  const { projects } = useApi().workspace(project.workspaceId);
  const queryClient = useQueryClient();
  const { queryKey: key, ...rest } = queryOptions(projects.get, { projectId: project.id });
  const { data } = useQuery({ queryKey: key, ...rest });
  const rename = useMutation(
    mutationOptions(projects.update, {
      onMutate: async ({ name = "" }) => {
        await queryClient.cancelQueries({ queryKey: key });
        const before = queryClient.getQueryData(key);
        queryClient.setQueryData(key, before && { ...before, name });
        return before;
      },
      onError: (_error, _input, before) => queryClient.setQueryData(key, before),
      onSettled: () => queryClient.invalidateQueries({ queryKey: key }),
    }),
  );
  const notice = isApiError(rename.error, "VERSION_CONFLICT") ? " (somebody was faster)" : "";
  const onClick = () => rename.mutate({ projectId: project.id, name: "Borealis", version });
  return [
    data?.name,
    notice,
    rename.isPending && " …",
    <button key="go" onClick={onClick}>
      rename
    </button>,
  ];
}

test("a change is shown before the server has answered", async () => {
  const world = await openWorld({ ada: "owner" });
  const project = await world.ada.projects.create.mutate({ workspaceId: world.workspaceId, name: "Atlas" });
  const { api, hold } = watched(world, world.people.ada);
  const page = open(api, <Renaming project={project} version={project.version} />);
  await shows(page, "Atlasrename");
  const release = hold();

  page.press("rename");

  await shows(page, "Borealis …rename");
  release();
  await shows(page, "Borealisrename");
  expect(
    await world.ada.projects.get.query({ workspaceId: world.workspaceId, projectId: project.id }),
  ).toMatchObject({ name: "Borealis" });
});

test("a change that is refused is taken back, and the code says why", async () => {
  const world = await openWorld({ ada: "owner" });
  const project = await world.ada.projects.create.mutate({ workspaceId: world.workspaceId, name: "Atlas" });
  const { api, hold } = watched(world, world.people.ada);
  const page = open(api, <Renaming project={project} version={99} />);
  await shows(page, "Atlasrename");
  const release = hold();

  page.press("rename");

  await shows(page, "Borealis …rename");
  release();
  await shows(page, "Atlas (somebody was faster)rename");
});

function Me(): ReactNode {
  return useQuery(queryOptions(useApi().me.get)).data?.name ?? "loading";
}

test("who signs in next sees nothing of who was here before, not even for a moment", async () => {
  const { people } = await openWorld({ ada: "owner", bob: "member" });
  const queryClient = openCache();
  const seen: string[] = [];
  const as = (person: Person | null, userId: string | null) => (
    <GatehouseProvider client={person?.api ?? people.ada.api} userId={userId} queryClient={queryClient}>
      <Seen />
    </GatehouseProvider>
  );
  function Seen(): ReactNode {
    const name = useQuery(queryOptions(useApi().me.get)).data?.name ?? "nothing";
    seen.push(name);
    return name;
  }
  const page = openPage(as(people.ada, "ada"));
  await shows(page, "ada");
  seen.length = 0;

  page.show(as(people.bob, "bob"));
  await shows(page, "bob");

  expect(seen).not.toContain("ada");
  expect(seen).toContain("bob");
});

test("nor is anything seen of him where the page was gone in between; he himself finds what he has read", async () => {
  const world = await openWorld({ ada: "owner", bob: "member" });
  const ada = watched(world, world.people.ada);
  const queryClient = openCache();
  const seen: string[] = [];
  const as = (api: Api, userId: string) => (
    <GatehouseProvider client={api} userId={userId} queryClient={queryClient}>
      <Seen />
    </GatehouseProvider>
  );
  function Seen(): ReactNode {
    const me = queryOptions(useApi().me.get);
    const name = useQuery({ ...me, staleTime: Infinity }).data?.name ?? "nothing";
    seen.push(name);
    return name;
  }
  const page = openPage(as(ada.api, "ada"));
  await shows(page, "ada");

  page.show("signed out");
  await shows(page, "signed out");
  page.show(as(ada.api, "ada"));
  await shows(page, "ada");
  expect(ada.asked).toEqual(["me.get"]);

  page.show("signed out");
  await shows(page, "signed out");
  seen.length = 0;
  page.show(as(world.people.bob.api, "bob"));
  await shows(page, "bob");
  expect(seen).not.toContain("ada");
});

test("who signs in next is not taken for the one before him, whose token was still on its way", async () => {
  const { server, people } = await openWorld({ ada: "owner", bob: "member" });
  const answers: ((token: string) => void)[] = [];
  const getToken = () => new Promise<string>((resolve) => answers.push(resolve));
  const api = createClient({ url: server.url, getToken });
  const queryClient = openCache();
  const as = (userId: string) => (
    <GatehouseProvider client={api} userId={userId} queryClient={queryClient}>
      <Me />
    </GatehouseProvider>
  );
  const page = openPage(as("ada"));
  await vi.waitFor(() => expect(answers).toHaveLength(1));

  page.show(as("bob"));
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[0]?.(people.ada.token);
  answers[1]?.(people.bob.token);

  await shows(page, "bob");
});

test("an answer that comes after its user has signed out is kept for nobody", async () => {
  const world = await openWorld({ ada: "owner" });
  const { api, asked, hold } = watched(world, world.people.ada);
  const release = hold();
  const queryClient = openCache();
  const as = (userId: string | null) => (
    <GatehouseProvider client={api} userId={userId} queryClient={queryClient}>
      {userId === null ? "signed out" : <Me />}
    </GatehouseProvider>
  );
  const page = openPage(as("ada"));
  await vi.waitFor(() => expect(asked).toEqual(["me.get"]));

  page.show(as(null));
  await shows(page, "signed out");
  release();
  await api.billing.plans.query();

  expect(queryClient.getQueryCache().getAll()).toEqual([]);
});

test("the keys of two parts of the client differ, and what is no part of it has none", () => {
  const api = createClient({ url: "http://127.0.0.1:9" });

  expect(queryKey(api.projects)).toEqual(["gatehouse", ["projects"]]);
  expect(queryKey(api.projects.list)).toEqual(["gatehouse", ["projects", "list"]]);
  expect(queryKey(api.workspace("w").projects.get, { projectId: "p" })).toEqual([
    "gatehouse",
    ["projects", "get"],
    { input: { workspaceId: "w", projectId: "p" } },
  ]);
  expect(() => queryKey({})).toThrow("This is no part of a Gatehouse client.");
});

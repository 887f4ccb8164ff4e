import type { Api } from "@gatehouse/client";
import type { Role } from "@gatehouse/shared";
import { randomUUID } from "node:crypto";
import { testServer } from "./server.ts";
import type { TestServer } from "./server.ts";

/** What somebody is in the world's workspace; a stranger has signed in and is no member, a newcomer has no access either. */
export type Part = Role | "stranger" | "newcomer";

/** A person of the story: his client, and who he is. */
export interface Person {
  api: Api;
  email: string;
  clerkId: string;
  userId: string;
  sessionId: string;
  token: string;
}

export interface World<Name extends string> {
  server: TestServer;
  workspaceId: string;
  people: Record<Name, Person>;
}

/**
 * A fresh workspace and these people, each with a client under his own name.
 *
 * @example const { ada, vic, workspaceId } = await openWorld({ ada: "owner", vic: "viewer" });
 */
export async function openWorld<Name extends string>(
  parts: Record<Name, Part>,
): Promise<World<Name> & Record<Name, Api>> {
  const server = await testServer();
  const { db } = server.running.services.database;
  const slug = `w-${randomUUID()}`;
  const workspace = await db.workspace.create({ data: { name: "The world", slug } });
  const people = {} as Record<Name, Person>;
  for (const [name, part] of Object.entries(parts) as [Name, Part][]) {
    const person = await signUp(name);
    people[name] = person;
    if (part !== "newcomer")
      await db.user.update({ where: { id: person.userId }, data: { hasProductAccess: true } });
    if (part === "newcomer" || part === "stranger") continue;
    await db.workspaceMember.create({
      data: { workspaceId: workspace.id, userId: person.userId, role: part },
    });
  }
  // Clerk tells of them while they are here already. What is looked at next must not change by that.
  await server.clerk.settled();
  const clients = Object.fromEntries(
    Object.entries<Person>(people).map(([name, { api }]) => [name, api]),
  ) as Record<Name, Api>;
  return { ...clients, server, workspaceId: workspace.id, people };
}

/** Another workspace, with one member who is there already. */
export async function openWorkspace(userId: string, role: Role): Promise<string> {
  const { db } = (await testServer()).running.services.database;
  const { id } = await db.workspace.create({
    data: { name: "Another world", slug: `w-${randomUUID()}`, members: { create: { userId, role } } },
  });
  return id;
}

/** Somebody signs up at the identity provider and comes here for the first time. */
export async function signUp(name: string): Promise<Person> {
  const server = await testServer();
  const email = `${name}-${randomUUID().slice(0, 8)}@example.com`;
  const { id: clerkId } = await server.clerk.createUser({ email, firstName: name });
  const { id: sessionId } = await server.clerk.createSession(clerkId);
  const token = await server.clerk.mint({ sessionId, exp: Math.floor(Date.now() / 1_000) + 3_600 });
  const api = server.as(token);
  const { id: userId } = await api.me.get.query();
  return { api, email, clerkId, userId, sessionId, token };
}

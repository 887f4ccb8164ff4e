import { signToken } from "@gatehouse/client/sign-token";
import { beforeAll, describe, expect, test } from "vitest";
import { ADMIN_KEY, testServer } from "../support/server.ts";
import { curl, has, python } from "../support/shell.ts";
import { openWorld } from "../support/world.ts";

/** The examples of the documents that this API serves, unchanged but for the name of the host. */

let url: string;
beforeAll(async () => {
  ({ url } = await testServer());
});

const bearer = (token: string): [string, string] => ["-H", `Authorization: Bearer ${token}`];

const posted = (body: string): string[] => ["-X", "POST", "-H", "Content-Type: application/json", "-d", body];

/** The administrator's example. */
function adjust(...words: string[]): ReturnType<typeof curl> {
  const body = '{"user_id": 42, "credits": 100, "reason": "Support ticket #1234"}';
  return curl(`${url}/admin/credits/adjust`, ...words, ...posted(body));
}

/** A token that was good a minute ago. */
async function expiredToken(sessionId: string): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  return (await testServer()).clerk.mint({ sessionId, iat: now - 120, nbf: now - 120, exp: now - 60 });
}

describe.skipIf(!has("curl"))("with curl", () => {
  test("somebody lists his workspaces at both paths, with and without the last slash", async () => {
    const { people, workspaceId } = await openWorld({ ada: "owner" });
    for (const path of ["/api/workspaces", "/api/workspaces/", "/api/v1/workspaces", "/api/v1/workspaces/"]) {
      const { status, json } = await curl(`${url}${path}`, ...bearer(people.ada.token));
      expect([path, status]).toEqual([path, 200]);
      expect(json).toMatchObject({ items: [{ id: workspaceId, role: "owner" }], next_cursor: null });
    }
  });

  test("somebody reads who he is", async () => {
    const { people } = await openWorld({ ada: "owner" });
    const { status, json } = await curl(`${url}/me`, ...bearer(people.ada.token));
    expect(status).toBe(200);
    expect(json).toMatchObject({
      id: people.ada.userId,
      clerk_id: people.ada.clerkId,
      email: people.ada.email,
      name: "ada",
      has_product_access: true,
    });
  });

  test("somebody without an access code makes no workspace", async () => {
    const { people, nell } = await openWorld({ nell: "newcomer" });
    const { status, json } = await curl(
      `${url}/api/workspaces`,
      ...bearer(people.nell.token),
      ...posted('{"name": "Mine"}'),
    );
    expect([status, json]).toMatchObject([403, { code: "ACCESS_REQUIRED", error: { code: "forbidden" } }]);
    expect((await nell.workspaces.list.query({})).items).toEqual([]);
  });

  test("somebody lists his projects", async () => {
    const { ada, people, workspaceId } = await openWorld({ ada: "owner" });
    await ada.projects.create.mutate({ workspaceId, name: "Atlas" });
    const { status, json } = await curl(`${url}/api/v1/projects`, ...bearer(people.ada.token));
    expect([status, json]).toMatchObject([200, { items: [{ name: "Atlas", archived_at: null }] }]);
  });

  test("an expired token is told so, and under the banking paths only that nobody is known", async () => {
    const { people } = await openWorld({ ada: "owner" });
    const old = bearer(await expiredToken(people.ada.sessionId));

    expect(await curl(`${url}/api/v1/projects`, ...old)).toMatchObject({
      status: 401,
      json: { detail: "Invalid token: Signature has expired", code: "TOKEN_EXPIRED" },
    });
    for (const path of ["/files/", "/dashboards/", "/usage/", "/billing/payments", "/me"])
      expect(await curl(`${url}${path}`, ...old)).toMatchObject({
        status: 401,
        json: { detail: "Not authenticated", code: "TOKEN_EXPIRED" },
      });
  });

  test("somebody whose role is not enough is told so", async () => {
    const { people, vic, workspaceId } = await openWorld({ vic: "viewer" });
    const { status, json } = await curl(
      `${url}/api/v1/projects`,
      ...bearer(people.vic.token),
      ...posted('{"name": "Mine"}'),
    );
    expect([status, json]).toMatchObject([
      403,
      { detail: "Insufficient permissions to access this resource", code: "FORBIDDEN" },
    ]);
    expect((await vic.projects.list.query({ workspaceId })).items).toEqual([]);
  });

  test("without a token nothing but the plans is shown", async () => {
    for (const path of ["/files/", "/dashboards/", "/usage/", "/billing/payments", "/me", "/api/workspaces"])
      expect(await curl(`${url}${path}`)).toMatchObject({
        status: 401,
        json: { detail: "Not authenticated" },
      });

    const { status, json } = await curl(`${url}/billing/plans`);
    const { items } = json as { items: { id: string }[] };
    expect([status, items.length > 0]).toEqual([200, true]);
    expect((await curl(`${url}/billing/plans`, ...bearer("not-a-token"))).status).toBe(200);
  });

  test("the administrator gives credits to user 42", async () => {
    const { people, server, ada } = await openWorld({ ada: "owner" });
    const { pool } = server.running.services.database;
    await pool.query("UPDATE users SET number = 42 WHERE id = $1", [people.ada.userId]);
    for (const refused of [await adjust(), await adjust("-H", "X-Admin-Key: WRONG")])
      expect(refused).toMatchObject({ status: 403, json: { detail: "Invalid or missing admin key" } });
    expect((await ada.me.credits.balance.query()).balance).toBe(0);

    const given = await adjust("-H", `X-Admin-Key: ${ADMIN_KEY}`);
    expect(given).toMatchObject({ status: 200, json: { amount: 100, reason: "Support ticket #1234" } });
    expect((await ada.me.credits.balance.query()).balance).toBe(100);
  });

  test("an API key, and a token signed with it, are known under /v1", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    const { secret } = await ada.apiKeys.create.mutate({
      workspaceId,
      name: "Clary",
      scopes: ["documents:read", "projects:read"],
      tier: "lite",
      jwtSigning: true,
    });
    const signed = await signToken({ apiKey: secret, subject: "user_id", tier: "lite" });

    // There are no documents yet; who is let in is told that there is nothing.
    for (const good of [secret, signed]) {
      expect(await curl("-X", "GET", `${url}/v1/documents`, ...bearer(good))).toMatchObject({
        status: 404,
        json: { code: "NOT_FOUND" },
      });
      expect((await curl(`${url}/api/v1/projects`, ...bearer(good))).status).toBe(200);
    }
    const mistyped = secret.slice(0, -1) + (secret.endsWith("x") ? "y" : "x");
    for (const bad of ["your_api_key_here", mistyped, "gk_live_nothing"])
      expect(await curl("-X", "GET", `${url}/v1/documents`, ...bearer(bad))).toMatchObject({
        status: 401,
        json: { error: { code: "unauthorized", message: "Invalid API key" } },
      });
  });
});

describe.skipIf(!has("python3"))("with Python", () => {
  test("a script lists and makes projects", async () => {
    const { ada, people, workspaceId } = await openWorld({ ada: "owner" });
    const headers = { Authorization: `Bearer ${people.ada.token}`, "Content-Type": "application/json" };

    const made = await python("POST", `${url}/api/v1/projects`, {
      headers,
      json: { name: "New Project", description: "Project description" },
    });
    const listed = await python("GET", `${url}/api/v1/projects`, { headers });

    expect([made.status, listed.status]).toEqual([201, 200]);
    expect(listed.json).toMatchObject({ items: [made.json] });
    expect((await ada.projects.list.query({ workspaceId })).items).toMatchObject([
      { name: "New Project", description: "Project description" },
    ]);
  });

  test("a script is told what is wrong in the document's words", async () => {
    const { people } = await openWorld({ ada: "owner" });
    const expired = { Authorization: `Bearer ${await expiredToken(people.ada.sessionId)}` };

    expect(await python("GET", `${url}/api/v1/projects`, { headers: expired })).toMatchObject({
      status: 401,
      json: { detail: "Invalid token: Signature has expired" },
    });
    expect(await python("GET", `${url}/files/`)).toMatchObject({
      status: 401,
      json: { detail: "Not authenticated" },
    });
    expect(
      await python("GET", `${url}/files/`, { headers: { Authorization: `Bearer ${people.ada.token}` } }),
    ).toMatchObject({
      status: 404,
    });
  });
});

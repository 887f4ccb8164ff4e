import type { Project } from "@gatehouse/shared";
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { send } from "../support/raw.ts";
import type { RawAnswer } from "../support/raw.ts";
import { ADMIN_KEY, openTestServer } from "../support/server.ts";
import { openWorld, signUp } from "../support/world.ts";

/** A call as a script in any language makes it. */
function rest(
  method: string,
  path: string,
  { token, body, headers = {} }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<RawAnswer> {
  return send(path, {
    method,
    ...(token === undefined ? {} : { token }),
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
  });
}

describe("a script", () => {
  test("makes a project, is told where it is, and finds it there in the same words", async () => {
    const { ada, people, workspaceId } = await openWorld({ ada: "owner" });
    const { token } = people.ada;

    const made = await rest("POST", "/api/v1/projects", { token, body: { name: "Atlas" } });
    const read = await rest("GET", made.headers.get("location")!, { token });

    expect([made.status, made.headers.get("etag")]).toEqual([201, '"1"']);
    expect(read.json).toEqual(made.json);
    const { id, created_at } = read.json as { id: string; created_at: string };
    expect(await ada.projects.get.query({ workspaceId, projectId: id })).toMatchObject({
      name: "Atlas",
      createdAt: created_at,
    });
  });

  test("changes a project only if nobody else has in the meantime", async () => {
    const { ada, people, workspaceId } = await openWorld({ ada: "owner" });
    const { token } = people.ada;
    const atlas = await ada.projects.create.mutate({ workspaceId, name: "Atlas" });
    const path = `/api/v1/projects/${atlas.id}`;
    const change = (name: string, ifMatch: string): Promise<RawAnswer> =>
      rest("PATCH", path, { token, body: { name }, headers: { "if-match": ifMatch } });

    const first = await change("First", '"1"');
    const second = await change("Second", '"1"');

    expect([first.status, first.headers.get("etag")]).toEqual([200, '"2"']);
    expect([second.status, second.code]).toEqual([409, "VERSION_CONFLICT"]);
    expect((await change("Third", "*")).status).toBe(200);
    for (const tag of ["2", 'W/"2"', '"two"'])
      expect((await change("Fourth", tag)).json).toMatchObject({
        status: 400,
        errors: [{ path: "If-Match" }],
      });
    expect((await ada.projects.get.query({ workspaceId, projectId: atlas.id })).name).toBe("Third");
  });

  test("is refused a condition that the procedure cannot keep", async () => {
    const { ada, people, workspaceId } = await openWorld({ ada: "owner" });
    const { token } = people.ada;
    const atlas = await ada.projects.create.mutate({ workspaceId, name: "Atlas" });

    const answer = await rest("DELETE", `/api/v1/projects/${atlas.id}`, {
      token,
      headers: { "if-match": '"1"' },
    });

    expect(answer.json).toMatchObject({ status: 400, errors: [{ path: "If-Match" }] });
    expect(await ada.projects.get.query({ workspaceId, projectId: atlas.id })).toEqual(atlas);
  });

  test("follows the links through all pages of a list", async () => {
    const { ada, people, workspaceId } = await openWorld({ ada: "owner" });
    for (const name of ["One", "Two", "Three"]) await ada.projects.create.mutate({ workspaceId, name });

    const names: string[] = [];
    let next: string | undefined = "/api/v1/projects/?limit=2";
    while (next !== undefined) {
      const page: RawAnswer = await rest("GET", next, { token: people.ada.token });
      names.push(...(page.json as { items: Project[] }).items.map(({ name }) => name));
      next = /^<(.*)>; rel="next"$/.exec(page.headers.get("link") ?? "")?.[1];
    }

    expect(names).toEqual(["Three", "Two", "One"]);
  });

  test("spends once, however often it sends the same Idempotency-Key", async () => {
    const { ada, people, server, workspaceId } = await openWorld({ ada: "owner" });
    await server.admin.admin.credits.adjust.mutate({ workspaceId, credits: 10, reason: "Welcome" });
    const spend = (body: object): Promise<RawAnswer> =>
      rest("POST", "/api/v1/credits/spend", {
        token: people.ada.token,
        body: { credits: 3, reason: "A report", ...body },
        headers: { "idempotency-key": "report-1" },
      });

    const first = await spend({});
    const again = await spend({ idempotency_key: "report-1" });
    const other = await spend({ idempotency_key: "report-2" });

    expect(again.json).toEqual(first.json);
    expect(other.json).toMatchObject({ status: 400, errors: [{ path: "Idempotency-Key" }] });
    expect((await ada.credits.balance.query({ workspaceId })).balance).toBe(7);
  });
});

function make(token: string, name: string): Promise<RawAnswer> {
  return rest("POST", "/api/v1/projects", {
    token,
    body: { name },
    headers: { "idempotency-key": "atlas-1" },
  });
}

describe("a call that is repeated under one Idempotency-Key", () => {
  test("makes one project, and gives the same answer each time", async () => {
    const { ada, people, workspaceId } = await openWorld({ ada: "owner" });
    const { token } = people.ada;

    const [first, second] = await Promise.all([make(token, "Atlas"), make(token, "Atlas")]);
    const other = await make(token, "Borneo");

    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.json).toEqual(first.json);
    expect([other.status, other.code]).toEqual([409, "IDEMPOTENCY_KEY_REUSED"]);
    expect((await ada.projects.list.query({ workspaceId })).items).toHaveLength(1);
  });

  test("is somebody else's own call where somebody else makes it", async () => {
    const { ada, people, workspaceId } = await openWorld({ ada: "owner", bob: "member" });
    await make(people.ada.token, "Atlas");
    await make(people.bob.token, "Atlas");
    expect((await ada.projects.list.query({ workspaceId })).items).toHaveLength(2);
  });

  test("tells nothing to somebody who has lost his rights", async () => {
    const { people, server, workspaceId } = await openWorld({ ada: "owner", bob: "member" });
    const headers = { "x-workspace-id": workspaceId, "idempotency-key": "atlas-1" };
    const again = (): Promise<RawAnswer> =>
      rest("POST", "/api/v1/projects", { token: people.bob.token, body: { name: "Atlas" }, headers });
    expect((await again()).status).toBe(201);
    await server.running.services.database.db.workspaceMember.deleteMany({
      where: { userId: people.bob.userId },
    });
    expect((await again()).code).toBe("FORBIDDEN");
  });

  test("keeps no secret: where the answer holds one, the header is refused", async () => {
    const { ada, people, workspaceId } = await openWorld({ ada: "owner" });
    const answer = await rest("POST", "/api/v1/api-keys", {
      token: people.ada.token,
      body: { name: "Script", scopes: ["projects:read"], tier: "lite" },
      headers: { "idempotency-key": "key-1" },
    });
    expect(answer.json).toMatchObject({ status: 400, errors: [{ path: "Idempotency-Key" }] });
    expect((await ada.apiKeys.list.query({ workspaceId })).items).toEqual([]);
  });
});

describe("the workspace that is meant", () => {
  test("is the only one that the caller is in", async () => {
    const { people, workspaceId } = await openWorld({ ada: "owner" });
    const answer = await rest("POST", "/api/v1/projects", {
      token: people.ada.token,
      body: { name: "Atlas" },
    });
    expect(answer.json).toMatchObject({ workspace_id: workspaceId });
  });

  test("must be named by somebody who is in two, and he is told which", async () => {
    const { ada, people, workspaceId } = await openWorld({ ada: "owner" });
    const second = await ada.workspaces.create.mutate({ name: "Second" });
    const { token } = people.ada;

    const unnamed = await rest("GET", "/api/v1/projects", { token });
    const named = await rest("POST", "/api/v1/projects", {
      token,
      body: { name: "Atlas" },
      headers: { "x-workspace-id": second.id.toUpperCase() },
    });

    expect([unnamed.status, unnamed.code]).toEqual([400, "WORKSPACE_REQUIRED"]);
    expect((unnamed.json as { workspaces: { id: string }[] }).workspaces.map(({ id }) => id)).toEqual(
      [workspaceId, second.id].toSorted(),
    );
    expect(named.json).toMatchObject({ workspace_id: second.id });
  });

  test("is nobody's choice who is in none", async () => {
    const { token } = await signUp("nell");
    const answer = await rest("GET", "/api/v1/projects", { token });
    expect(answer.json).toMatchObject({ code: "WORKSPACE_REQUIRED", workspaces: [] });
  });

  test("cannot be one that the caller is not in, whatever the header says", async () => {
    const { people } = await openWorld({ eve: "owner" });
    const theirs = await openWorld({ ada: "owner" });
    for (const id of [theirs.workspaceId, randomUUID()]) {
      const answer = await rest("GET", "/api/v1/projects", {
        token: people.eve.token,
        headers: { "x-workspace-id": id },
      });
      expect([answer.status, answer.code]).toEqual([403, "FORBIDDEN"]);
    }
  });

  test("is that of the organization that the token is inside of", async () => {
    const { people, server, workspaceId } = await openWorld({ ada: "owner" });
    const { sessionId, userId } = people.ada;
    const organization = { id: `org_${randomUUID().replaceAll("-", "")}`, rol: "admin", slg: "rockets" };
    const token = await server.clerk.mint({ sessionId, v: 2, claims: { o: organization } });
    const { db } = server.running.services.database;

    const mirrored = await db.workspace.create({
      data: {
        name: "Rockets",
        slug: `r-${randomUUID()}`,
        managedBy: "clerk",
        clerkOrganizationId: organization.id,
      },
    });
    const before = await rest("GET", "/api/v1/projects", { token });
    await db.workspaceMember.create({ data: { workspaceId: mirrored.id, userId, role: "owner" } });
    const inside = await rest("POST", "/api/v1/projects", { token, body: { name: "Atlas" } });

    expect(before.json).toMatchObject({ code: "WORKSPACE_REQUIRED", workspaces: [{ id: workspaceId }] });
    expect(inside.json).toMatchObject({ workspace_id: mirrored.id });
  });

  test("is the one that a key belongs to", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    await ada.workspaces.create.mutate({ name: "Second" });
    const { secret } = await ada.apiKeys.create.mutate({
      workspaceId,
      name: "Script",
      scopes: ["projects:write"],
      tier: "lite",
    });
    const answer = await rest("POST", "/api/v1/projects", { token: secret, body: { name: "Atlas" } });
    expect(answer.json).toMatchObject({ workspace_id: workspaceId });
  });

  test("is named once: a header and a body that disagree are refused", async () => {
    const { people, workspaceId } = await openWorld({ ada: "owner" });
    const answer = await rest("POST", "/api/v1/projects", {
      token: people.ada.token,
      body: { name: "Atlas", workspace_id: workspaceId },
      headers: { "x-workspace-id": randomUUID() },
    });
    expect(answer.json).toMatchObject({ status: 400, errors: [{ path: "X-Workspace-Id" }] });
  });
});

describe("bad input", () => {
  test.each([
    ["an unknown key", { name: "Atlas", surprise: 1 }, "surprise"],
    ["a key in our own spelling", { name: "Atlas", workspaceId: randomUUID() }, "workspaceId"],
    ["a wrong type", { name: 7 }, "name"],
    ["a bad id", { name: "Atlas", workspace_id: "here" }, "workspace_id"],
    [
      "a number that would be rounded",
      '{"name":"Atlas","description":[{"a":9007199254740993}]}',
      "description.0.a",
    ],
    ["a number beyond all numbers", '{"name":1e400}', "name"],
    ["JSON that is none", '{"name":', ""],
    ["no object", "[]", ""],
  ])("%s is a 400 that names the place", async (_what, body, path) => {
    const { ada, people, workspaceId } = await openWorld({ ada: "owner" });

    const answer = await rest("POST", "/api/v1/projects", { token: people.ada.token, body });

    expect([answer.status, answer.code]).toEqual([400, "VALIDATION_FAILED"]);
    expect((answer.json as { errors: { path: string }[] }).errors.map((each) => each.path)).toContain(path);
    expect((await ada.projects.list.query({ workspaceId })).items).toEqual([]);
  });

  test.each([
    ["?limit=many", "limit"],
    ["?limit=0", "limit"],
    ["?limit=1e1", "limit"],
    ["?limit=9007199254740993", "limit"],
    ["?limit=1&limit=2", "limit"],
    ["?surprise=1", "surprise"],
    ["?workspaceId=x", "workspaceId"],
  ])("a query of %s is a 400 that names %s", async (query, path) => {
    const { people } = await openWorld({ ada: "owner" });
    const answer = await rest("GET", `/api/v1/projects${query}`, { token: people.ada.token });
    expect(answer.json).toMatchObject({ code: "VALIDATION_FAILED", errors: [{ path }] });
  });

  test("bytes that are not UTF-8 are a 400", async () => {
    const { people } = await openWorld({ ada: "owner" });
    const answer = await send("/api/v1/projects", {
      method: "POST",
      token: people.ada.token,
      body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
      headers: { "content-type": "application/json" },
    });
    expect([answer.status, answer.code]).toEqual([400, "VALIDATION_FAILED"]);
  });

  test.each([100, 100_000])("a body nested %i levels deep is a 400", async (depth) => {
    const { people } = await openWorld({ ada: "owner" });
    const body = `{"name":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    const answer = await rest("POST", "/api/v1/projects", { token: people.ada.token, body });
    expect([answer.status, answer.code]).toEqual([400, "VALIDATION_FAILED"]);
  });

  test("a body of more than a megabyte is a 413", async () => {
    const { people } = await openWorld({ ada: "owner" });
    const answer = await rest("POST", "/api/v1/projects", {
      token: people.ada.token,
      body: { name: "x".repeat(1_100_000) },
    });
    expect([answer.status, answer.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
  });

  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=latin1",
  ])("a body of the type %s is a 415 and reaches nothing", async (type) => {
    const { ada, people, workspaceId } = await openWorld({ ada: "owner" });
    const answer = await rest("POST", "/api/v1/projects", {
      token: people.ada.token,
      body: { name: "Atlas" },
      headers: { "content-type": type },
    });
    expect([answer.status, answer.code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
    expect((await ada.projects.list.query({ workspaceId })).items).toEqual([]);
  });

  test("is not looked at before it is known who sends it", async () => {
    const answer = await rest("POST", "/api/v1/projects", { body: "{" });
    expect([answer.status, answer.code]).toEqual([401, "UNAUTHORIZED"]);
  });
});

describe("paths", () => {
  test.each(["/api/v1/nothing", "/api/v1", "/api/v1/projects/a/b/c", "/mean", "/api/v1/projects/%E0%A4%A"])(
    "%s leads nowhere, and says so as every refusal does",
    async (path) => {
      const { people } = await openWorld({ ada: "owner" });
      const answer = await rest("GET", path, { token: people.ada.token });
      expect(answer.json).toMatchObject({
        type: "urn:gatehouse:error:not-found",
        title: "Not found",
        status: 404,
        detail: "There is nothing here by this name.",
        code: "NOT_FOUND",
        error: { code: "not_found", message: "There is nothing here by this name." },
        request_id: answer.headers.get("x-request-id"),
      });
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
    },
  );

  test.each([
    "/files/",
    "/files",
    "/files/x",
    "/dashboards",
    "/v1/documents",
    "/v1/workflows/x",
    "/api/v1/files",
    "/api/v1/documents/x",
    "/usage/nothing",
  ])("%s asks who is there before it says that there is nothing", async (path) => {
    const { people } = await openWorld({ ada: "owner" });

    const nobody = await rest("GET", path);
    const bad = await rest("GET", path, { token: "not-a-token" });
    const ada = await rest("GET", path, { token: people.ada.token });

    expect(nobody.json).toMatchObject({ status: 401, code: "UNAUTHORIZED", detail: "Not authenticated" });
    expect([bad.status, ada.status, ada.code]).toEqual([401, 404, "NOT_FOUND"]);
  });

  test("an unknown path of the administrator's asks for his key", async () => {
    expect((await rest("GET", "/admin/nothing")).code).toBe("INVALID_ADMIN_KEY");
    expect((await rest("GET", "/admin/nothing", { headers: { "x-admin-key": ADMIN_KEY } })).status).toBe(404);
  });

  test("a method that is not taken is a 405 that names those that are", async () => {
    const answer = await rest("PUT", `/api/v1/projects/${randomUUID()}`, { body: {} });
    expect([answer.status, answer.code]).toEqual([405, "METHOD_NOT_ALLOWED"]);
    expect(answer.headers.get("allow")?.split(", ")).toEqual(
      expect.arrayContaining(["GET", "HEAD", "PATCH", "DELETE"]),
    );
  });

  test("HEAD is answered like GET, without a body", async () => {
    const { people } = await openWorld({ ada: "owner" });
    const answer = await rest("HEAD", "/api/v1/projects", { token: people.ada.token });
    expect([answer.status, answer.text]).toEqual([200, ""]);
    expect((await rest("HEAD", "/api/v1/projects")).status).toBe(401);
  });

  test("nobody is refused for what he would rather read", async () => {
    const { people } = await openWorld({ ada: "owner" });
    const answer = await rest("GET", "/me", {
      token: people.ada.token,
      headers: { accept: "application/xml" },
    });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/json"]);
  });

  test("a page of a configured origin may call, and read what it needs", async () => {
    const server = await openTestServer({ CORS_ORIGINS: "https://app.example.com" });
    const origin = "https://app.example.com";

    const preflight = await fetch(`${server.url}/api/v1/projects`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "PATCH",
        "access-control-request-headers": "authorization, if-match, x-workspace-id, idempotency-key",
      },
    });
    const answer = await fetch(`${server.url}/me`, { headers: { origin } });
    await server.stop();

    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-methods")).toContain("PATCH");
    for (const header of ["If-Match", "X-Workspace-Id", "Idempotency-Key", "Authorization"])
      expect(preflight.headers.get("access-control-allow-headers")).toContain(header);
    for (const header of ["Location", "Link", "ETag"])
      expect(answer.headers.get("access-control-expose-headers")).toContain(header);
  });
});

import { verifyToken } from "@clerk/backend";
import { expect, test } from "vitest";
import { bodyOf, claimsOf, openReceiver, openWorld } from "./support.ts";
import type { World } from "./support.ts";

const APP = "http://localhost:5173";

function submit(world: World, form: Record<string, string>, origin = world.local.url): Promise<Response> {
  return fetch(`${world.local.url}/sign-in`, {
    method: "POST",
    redirect: "manual",
    headers: { origin },
    body: new URLSearchParams(form),
  });
}

interface ClientAnswer {
  response: { created_session_id: string; status: string };
  client: { sessions: { id: string; user: { id: string }; last_active_token: { jwt: string } }[] };
}

async function exchange(world: World, ticket: string): Promise<ClientAnswer> {
  const answer = await fetch(`${world.local.url}/v1/client/sign_ins`, {
    method: "POST",
    headers: { origin: APP },
    body: new URLSearchParams({ strategy: "ticket", ticket }),
  });
  expect(answer.headers.get("access-control-allow-origin")).toBe(APP);
  return bodyOf<ClientAnswer>(answer);
}

async function newToken(world: World, sessionId: string, form: Record<string, string> = {}): Promise<string> {
  const answer = await fetch(`${world.local.url}/v1/client/sessions/${sessionId}/tokens`, {
    method: "POST",
    headers: { origin: APP },
    body: new URLSearchParams(form),
  });
  return (await bodyOf<{ jwt: string }>(answer)).jwt;
}

test("a developer signs in as a user, and the frontend gets tokens with its own origin as azp", async () => {
  const world = await openWorld();
  const ada = await world.controls.createUser({ email: "ada@example.com", firstName: "Ada" });
  const page = await fetch(
    `${world.local.url}/sign-in?redirect_url=${encodeURIComponent(`${APP}/home?a=1`)}`,
  );
  expect(await page.text()).toContain(ada.id);

  const answer = await submit(world, { user_id: ada.id, redirect_url: `${APP}/home?a=1` });
  expect(answer.status).toBe(303);
  const target = new URL(answer.headers.get("location")!);
  expect(target.origin + target.pathname + target.search).toBe(`${APP}/home?a=1`);
  const ticket = new URLSearchParams(target.hash.slice(1)).get("__clerk_ticket")!;

  const { response, client } = await exchange(world, ticket);
  expect(client.sessions[0]).toMatchObject({ id: response.created_session_id, user: { id: ada.id } });
  const claims = await verifyToken(await newToken(world, response.created_session_id), {
    apiUrl: world.local.url,
    secretKey: world.local.secretKey,
    authorizedParties: [APP],
  });
  expect(claims).toMatchObject({ sub: ada.id, azp: APP });
  expect(claimsOf(client.sessions[0]!.last_active_token.jwt)["azp"]).toBe(APP);
});

test("a developer signs up, and the world hears of it", async () => {
  const world = await openWorld();
  const receiver = await openReceiver(world);
  const form = { email_address: "grace@example.com", first_name: "Grace", redirect_url: APP };
  const answer = await submit(world, form);
  const target = new URL(answer.headers.get("location")!);
  await exchange(world, new URLSearchParams(target.hash.slice(1)).get("__clerk_ticket")!);
  await world.local.settled();
  expect(receiver.types()).toEqual(["user.created", "session.created"]);

  const again = await submit(world, form);
  expect(again.status).toBe(422);
  expect(await again.text()).toContain("That email address is taken");
});

test("a session chooses its organization and ends", async () => {
  const world = await openWorld();
  const { clerk, controls } = world;
  const ada = await controls.createUser({ email: "ada@example.com" });
  const acme = await clerk.organizations.createOrganization({ name: "Acme", createdBy: ada.id });
  const session = await controls.createSession(ada.id);

  expect(claimsOf(await newToken(world, session.id, { organization_id: acme.id }))["o"]).toMatchObject({
    id: acme.id,
  });
  const act = (what: string, form: Record<string, string> = {}): Promise<Response> =>
    fetch(`${world.local.url}/v1/client/sessions/${session.id}/${what}`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
  await act("touch", { active_organization_id: acme.id });
  expect(claimsOf(await newToken(world, session.id))["o"]).toMatchObject({ id: acme.id });
  await act("end");
  expect((await clerk.sessions.getSession(session.id)).status).toBe("ended");
  expect(await newToken(world, session.id)).toBeUndefined();
});

test("the page runs no script, may not be framed, and shows names as text", async () => {
  const world = await openWorld();
  await world.controls.createUser({ email: "eve@example.com", firstName: "<script>alert(1)</script>" });
  const page = await fetch(`${world.local.url}/sign-in?redirect_url=${APP}`);
  const policy = page.headers.get("content-security-policy")!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain(`form-action 'self' ${APP}`);
  const text = await page.text();
  expect(text).not.toContain("<script");
  expect(text).toContain("&lt;script&gt;");
});

test("without a page to return to, a token is shown to try the API with", async () => {
  const world = await openWorld();
  const ada = await world.controls.createUser({ email: "ada@example.com" });
  const text = await (await submit(world, { user_id: ada.id })).text();
  const token = /<textarea[^>]*>([^<]+)</.exec(text)![1]!;
  const { exp, iat, sub } = claimsOf(token);
  expect({ sub, seconds: Number(exp) - Number(iat) }).toEqual({ sub: ada.id, seconds: 3600 });
});

test("a foreign page can neither post the form nor be returned to", async () => {
  const world = await openWorld();
  const ada = await world.controls.createUser({ email: "ada@example.com" });
  const posted = await submit(world, { user_id: ada.id, redirect_url: APP }, "https://evil.test");
  expect(posted.status).toBe(403);
  for (const target of ["https://evil.test/", "javascript:alert(1)", "//evil.test"]) {
    expect((await submit(world, { user_id: ada.id, redirect_url: target })).status).toBe(422);
    const page = await fetch(`${world.local.url}/sign-in?redirect_url=${encodeURIComponent(target)}`);
    expect(page.status).toBe(422);
  }
  expect((await world.clerk.sessions.getSessionList({ userId: ada.id })).totalCount).toBe(0);
});

test("a banned user cannot be chosen", async () => {
  const world = await openWorld();
  const ada = await world.controls.createUser({ email: "ada@example.com" });
  await world.clerk.users.banUser(ada.id);
  expect((await submit(world, { user_id: ada.id, redirect_url: APP })).status).toBe(403);
});

import { createClerkClient } from "@clerk/backend";
import { expect, test } from "vitest";
import { bodyOf, claimsOf, headerOf, openWorld } from "./support.ts";
import type { World } from "./support.ts";

const bearer = (token: string): Request =>
  new Request("http://127.0.0.1/", { headers: { authorization: `Bearer ${token}` } });

test("an API key is shown once, verified, changed, revoked and deleted", async () => {
  const { clerk, controls } = await openWorld();
  const ada = await controls.createUser({ email: "ada@example.com" });
  const key = await clerk.apiKeys.create({ name: "ci", subject: ada.id, scopes: ["read:all"] });
  expect(key.id).toMatch(/^ak_[0-9a-f]{32}$/);
  expect(key.secret).toMatch(/^ak_/);

  expect(await clerk.apiKeys.verify(key.secret!)).toMatchObject({ id: key.id, subject: ada.id });
  const listed = await clerk.apiKeys.list({ subject: ada.id });
  expect(listed.totalCount).toBe(1);
  expect(listed.data[0]!.secret).toBeUndefined();
  expect((await clerk.apiKeys.get(key.id)).lastUsedAt).not.toBeNull();
  const update = { apiKeyId: key.id, subject: ada.id, scopes: ["read:some"] };
  expect((await clerk.apiKeys.update(update)).scopes).toEqual(["read:some"]);
  const state = await clerk.authenticateRequest(bearer(key.secret!), { acceptsToken: "api_key" });
  expect(state.toAuth()).toMatchObject({ userId: ada.id, scopes: ["read:some"] });

  const revoked = await clerk.apiKeys.revoke({ apiKeyId: key.id, revocationReason: "lost" });
  expect(revoked).toMatchObject({ revoked: true, revocationReason: "lost" });
  await expect(clerk.apiKeys.verify(key.secret!)).rejects.toMatchObject({ status: 404 });
  expect((await clerk.apiKeys.list({ subject: ada.id })).totalCount).toBe(0);
  expect((await clerk.apiKeys.list({ subject: ada.id, includeInvalid: true })).totalCount).toBe(1);
  expect(await clerk.apiKeys.delete(key.id)).toMatchObject({ id: key.id, deleted: true });
});

test("a revoked or expired credential can also be answered with its flags, as Clerk documents both", async () => {
  const { clerk, controls } = await openWorld();
  await controls.options({ revokedCredentials: "flagged" });
  const ada = await controls.createUser({ email: "ada@example.com" });
  const brief = await clerk.apiKeys.create({ name: "ci", subject: ada.id, secondsUntilExpiration: 60 });

  await controls.setClock(61);
  expect(await clerk.apiKeys.verify(brief.secret!)).toMatchObject({ expired: true, revoked: false });
  await clerk.apiKeys.revoke({ apiKeyId: brief.id });
  expect(await clerk.apiKeys.verify(brief.secret!)).toMatchObject({ revoked: true });
});

async function twoMachines(world: World): Promise<{ caller: string; callerId: string; calleeId: string }> {
  const callee = await world.clerk.machines.create({ name: "callee" });
  const caller = await world.clerk.machines.create({ name: "caller", scopedMachines: [callee.id] });
  return { caller: caller.secretKey!, callerId: caller.id, calleeId: callee.id };
}

test("machines are made, scoped, rotated and deleted", async () => {
  const world = await openWorld();
  const { clerk } = world;
  const { callerId, calleeId, caller } = await twoMachines(world);
  expect(callerId).toMatch(/^mch_[0-9A-Za-z]{27}$/);

  const shown = await clerk.machines.get(callerId);
  expect(shown.scopedMachines.map((machine) => machine.id)).toEqual([calleeId]);
  expect(shown.secretKey).toBeUndefined();
  await clerk.machines.createScope(calleeId, callerId);
  await clerk.machines.deleteScope(callerId, calleeId);
  expect((await clerk.machines.get(callerId)).scopedMachines).toEqual([]);
  expect((await clerk.machines.getSecretKey(callerId)).secret).toBe(caller);
  const rotated = await clerk.machines.rotateSecretKey({ machineId: callerId, previousTokenTtl: 0 });
  expect(rotated.secret).not.toBe(caller);
  await expect(clerk.m2m.createToken({ machineSecretKey: caller })).rejects.toMatchObject({ status: 401 });
  expect((await clerk.machines.update({ machineId: callerId, name: "renamed" })).name).toBe("renamed");
  expect((await clerk.machines.list({ query: "renamed" })).totalCount).toBe(1);
  expect(await clerk.machines.delete(calleeId)).toMatchObject({ id: calleeId, deleted: true });
});

test("an opaque machine token is verified by the machines in its scopes and by the instance only", async () => {
  const world = await openWorld();
  const { clerk } = world;
  const { caller, callerId, calleeId } = await twoMachines(world);
  const stranger = await clerk.machines.create({ name: "stranger" });

  const made = await clerk.m2m.createToken({ machineSecretKey: caller, claims: { job: "sync" } });
  expect(made.id).toMatch(/^mt_[0-9a-f]{32}$/);
  const token = made.token!;

  const calleeSecret = (await clerk.machines.getSecretKey(calleeId)).secret;
  const verified = await clerk.m2m.verify({ token, machineSecretKey: calleeSecret });
  expect(verified).toMatchObject({ subject: callerId, scopes: [calleeId], claims: { job: "sync" } });
  expect(await clerk.m2m.verify({ token })).toMatchObject({ subject: callerId });
  await expect(clerk.m2m.verify({ token, machineSecretKey: stranger.secretKey! })).rejects.toMatchObject({
    status: 404,
  });

  expect((await clerk.m2m.list({ subject: callerId })).totalCount).toBe(1);
  await clerk.m2m.revokeToken({ m2mTokenId: made.id });
  await expect(clerk.m2m.verify({ token })).rejects.toMatchObject({ status: 404 });
  await expect(clerk.m2m.createToken()).rejects.toMatchObject({ status: 403 });
});

test("a token with enough life left is given again when that was asked for", async () => {
  const world = await openWorld();
  const { caller } = await twoMachines(world);
  const ask = { machineSecretKey: caller, minRemainingTtlSeconds: 60 };
  const first = await world.clerk.m2m.createToken(ask);
  expect((await world.clerk.m2m.createToken(ask)).id).toBe(first.id);
  await world.controls.setClock(3590);
  expect((await world.clerk.m2m.createToken(ask)).id).not.toBe(first.id);
});

test("a machine token can be a JWT, which verifies against the key set", async () => {
  const world = await openWorld();
  const { local } = world;
  const { caller, callerId, calleeId } = await twoMachines(world);
  const made = await world.clerk.m2m.createToken({
    machineSecretKey: caller,
    tokenFormat: "jwt",
    claims: { job: "sync" },
  });
  expect(headerOf(made.token!)["cat"]).toBe("cl_B7d4PD333AAA");
  expect(claimsOf(made.token!)).toMatchObject({ sub: callerId, jti: made.id, scopes: calleeId, job: "sync" });

  const verifier = createClerkClient({ apiUrl: local.url, secretKey: local.secretKey });
  const state = await verifier.authenticateRequest(bearer(made.token!), { acceptsToken: "m2m_token" });
  expect(state.toAuth()).toMatchObject({ machineId: callerId, scopes: [calleeId] });
});

test("sign-in tokens open one session, once", async () => {
  const { clerk, controls, local } = await openWorld();
  const ada = await controls.createUser({ email: "ada@example.com" });
  const { token } = await clerk.signInTokens.createSignInToken({ userId: ada.id, expiresInSeconds: 60 });
  const signIn = (ticket: string): Promise<Response> =>
    fetch(`${local.url}/v1/client/sign_ins`, {
      method: "POST",
      headers: { origin: "http://localhost:5173" },
      body: new URLSearchParams({ strategy: "ticket", ticket }),
    });

  const answer = await signIn(token);
  const { response, client } = await bodyOf<{
    response: { status: string; created_session_id: string };
    client: { sessions: { id: string }[] };
  }>(answer);
  expect(response.status).toBe("complete");
  expect(client.sessions[0]!.id).toBe(response.created_session_id);
  expect((await clerk.sessions.getSession(response.created_session_id)).userId).toBe(ada.id);
  const again = await signIn(token);
  expect(again.status).toBe(400);
  expect(again.headers.get("access-control-allow-origin")).toBe("http://localhost:5173");

  const revoked = await clerk.signInTokens.createSignInToken({ userId: ada.id, expiresInSeconds: 60 });
  await clerk.signInTokens.revokeSignInToken(revoked.id);
  expect((await signIn(revoked.token)).status).toBe(422);
});

test("a testing token is given, with its end in seconds", async () => {
  const { local } = await openWorld();
  const headers = { authorization: `Bearer ${local.secretKey}` };
  const answer = fetch(`${local.url}/v1/testing_tokens`, { method: "POST", headers });
  const { object, token, expires_at } = await bodyOf<Record<string, unknown>>(answer);
  expect({ object, token }).toEqual({ object: "testing_token", token: expect.stringMatching(/^testing_/) });
  expect(expires_at).toBeLessThan(Date.now() / 100);
});

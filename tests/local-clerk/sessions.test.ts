import { expect, test } from "vitest";
import { openReceiver, openWorld } from "./support.ts";

test("sessions are made, listed, shown and revoked", async () => {
  const { clerk, controls } = await openWorld();
  const ada = await controls.createUser({ email: "ada@example.com" });
  const first = await clerk.sessions.createSession({ userId: ada.id });
  const second = await clerk.sessions.createSession({ userId: ada.id });
  expect(first.id).toMatch(/^sess_[0-9A-Za-z]{27}$/);
  expect(first.status).toBe("active");

  expect((await clerk.sessions.revokeSession(first.id)).status).toBe("revoked");

  const open = await clerk.sessions.getSessionList({ userId: ada.id, status: "active" });
  expect(open.data.map((session) => session.id)).toEqual([second.id]);
  expect((await clerk.sessions.getSessionList({ userId: ada.id })).totalCount).toBe(2);
  await expect(clerk.sessions.getSessionList({})).rejects.toMatchObject({ status: 422 });
});

test("a closed session gives no tokens, a pending one gives tokens that say so", async () => {
  const { clerk, controls } = await openWorld();
  const ada = await controls.createUser({ email: "ada@example.com" });
  const closed = await controls.createSession(ada.id);
  await controls.endSession(closed.id);
  await expect(clerk.sessions.getToken(closed.id)).rejects.toMatchObject({ status: 404 });

  const pending = await controls.createSession(ada.id, { status: "pending" });
  const { jwt } = await clerk.sessions.getToken(pending.id);
  const headers = { authorization: `Bearer ${jwt}` };
  const state = await clerk.authenticateRequest(new Request("http://127.0.0.1/", { headers }));
  expect(state.toAuth()).toMatchObject({ userId: null });
});

test("closed states are final and are told once", async () => {
  const world = await openWorld();
  const { controls, clerk, local } = world;
  const receiver = await openReceiver(world);
  const ada = await controls.createUser({ email: "ada@example.com" });
  const session = await controls.createSession(ada.id);

  await controls.endSession(session.id, "ended");
  await clerk.sessions.revokeSession(session.id);

  expect((await clerk.sessions.getSession(session.id)).status).toBe("ended");
  await local.settled();
  expect(receiver.types()).toEqual(["user.created", "session.created", "session.ended"]);
  expect(receiver.received[1]!.event.data["user"]).toMatchObject({ id: ada.id });
});

test("a session expires after seven days", async () => {
  const { clerk, controls } = await openWorld();
  const ada = await controls.createUser({ email: "ada@example.com" });
  const session = await controls.createSession(ada.id);
  await controls.setClock(8 * 86_400);
  expect((await clerk.sessions.getSession(session.id)).status).toBe("expired");
});

test("a production instance makes no sessions through the Backend API", async () => {
  const { clerk, controls } = await openWorld();
  const ada = await controls.createUser({ email: "ada@example.com" });
  await controls.options({ production: true });
  await expect(clerk.sessions.createSession({ userId: ada.id })).rejects.toMatchObject({ status: 400 });
  expect((await clerk.sessions.getSessionList({ userId: ada.id })).totalCount).toBe(0);
});

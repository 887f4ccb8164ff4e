import { afterEach, describe, expect, test } from "vitest";
import { readConfig } from "../../server/src/base/config.ts";
import { openInstanceServer, signUpAt } from "../support/instance.ts";
import type { InstanceServer } from "../support/instance.ts";
import { APP, AUDIENCE, openWorkshop } from "./workshop.ts";

let server: InstanceServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function open(env: Record<string, string>, now?: () => Date): Promise<InstanceServer> {
  server = await openInstanceServer({ env, ...(now === undefined ? {} : { now }) });
  return server;
}

describe("tokens without azp", () => {
  test("are fine where no frontends are named", async () => {
    const { show, clerk } = await open({});
    const { id } = await clerk.createUser({ email: "ada@example.com" });
    expect((await show(`Bearer ${await clerk.mint({ userId: id })}`)).status).toBe(200);
    expect((await show(`Bearer ${await clerk.mint({ userId: id, azp: "https://any.test" })}`)).status).toBe(
      200,
    );
  });

  test("are fine where native apps are expected, and a foreign azp is still none", async () => {
    const { show, clerk } = await open({ CLERK_AUTHORIZED_PARTIES: APP, CLERK_ALLOW_MISSING_AZP: "true" });
    const { id } = await clerk.createUser({ email: "ada@example.com" });
    expect((await show(`Bearer ${await clerk.mint({ userId: id })}`)).status).toBe(200);
    expect((await show(`Bearer ${await clerk.mint({ userId: id, azp: "https://evil.test" })}`)).status).toBe(
      401,
    );
  });

  test("are fine for the service user, who is looked up by his e-mail once", async () => {
    const env = { CLERK_AUTHORIZED_PARTIES: APP, CLERK_SERVICE_USER_EMAIL: "Robot@example.com" };
    const { show, clerk } = await open(env);
    const { id: robot } = await clerk.createUser({ email: "robot@example.com" });
    const { id: ada } = await clerk.createUser({ email: "ada@example.com" });

    for (const _ of [1, 2, 3])
      expect((await show(`Bearer ${await clerk.mint({ userId: robot })}`)).status).toBe(200);
    expect((await show(`Bearer ${await clerk.mint({ userId: ada })}`)).reason).toMatch(
      /CLERK_ALLOW_MISSING_AZP/,
    );
    const forged = await clerk.mint({ userId: robot, key: "wrong" });
    expect((await show(`Bearer ${forged}`)).status).toBe(401);

    expect(await clerk.requests("/v1/users")).toHaveLength(1);
  });

  test("are not fine for whoever has only claimed the service user's e-mail", async () => {
    const env = { CLERK_AUTHORIZED_PARTIES: APP, CLERK_SERVICE_USER_EMAIL: "robot@example.com" };
    const { show, clerk } = await open(env);
    const { id } = await clerk.createUser({ email: "robot@example.com", emailVerified: false });
    expect((await show(`Bearer ${await clerk.mint({ userId: id })}`)).status).toBe(401);
  });

  test("can be judged only when Clerk says who the service user is", async () => {
    const env = { CLERK_AUTHORIZED_PARTIES: APP, CLERK_SERVICE_USER_EMAIL: "robot@example.com" };
    const { show, clerk, log } = await open(env);
    const { id } = await clerk.createUser({ email: "robot@example.com" });
    await clerk.fault({ path: "/v1/users", status: 503, times: 2 });

    const shown = await show(`Bearer ${await clerk.mint({ userId: id })}`);

    expect([shown.status, shown.code]).toEqual([503, "UNAVAILABLE"]);
    expect((await show(`Bearer ${await clerk.mint({ userId: id })}`)).status).toBe(200);
    log.takeErrors();
  });
});

describe("a template", () => {
  test("is accepted by its name alone where CLERK_AUDIENCE says for whom", async () => {
    const opened = await open({ CLERK_JWT_TEMPLATES: "partner", CLERK_AUDIENCE: AUDIENCE });
    const shop = openWorkshop(opened, await signUpAt(opened, "ada"));

    const ours = await opened.show(`Bearer ${await shop.template({ claims: { aud: AUDIENCE } })}`);
    const foreign = await opened.show(`Bearer ${await shop.template()}`);

    expect(ours.whoami).toMatchObject({ via: "template" });
    expect(foreign.status).toBe(401);
  });

  test("is refused where none is configured", async () => {
    const opened = await open({});
    const shop = openWorkshop(opened, await signUpAt(opened, "ada"));
    const { reason } = await opened.show(`Bearer ${await shop.template()}`);
    expect(reason).toBe("made from a JWT template, and CLERK_JWT_TEMPLATES names none");
  });

  test.each([
    ["a name that is none", { CLERK_JWT_TEMPLATES: "a b" }],
    ["an audience without a name", { CLERK_JWT_TEMPLATES: ":https://x.example.com" }],
    ["a name without an audience anywhere", { CLERK_JWT_TEMPLATES: "partner" }],
    [
      "a name whose audience is only a machine",
      { CLERK_JWT_TEMPLATES: "partner", CLERK_AUDIENCE: "mch_ours" },
    ],
  ])("with %s stops the start, by the name of the setting", (_name, env) => {
    const instance = { CLERK_SECRET_KEY: "sk_test_of_nobody", CLERK_ISSUER: "https://clerk.local.test" };
    expect(() => readConfig({ ...instance, ...env })).toThrow(/CLERK_JWT_TEMPLATES/);
  });
});

test("a longer lifetime can be allowed, for templates that need one", async () => {
  const opened = await open({ CLERK_MAX_TOKEN_LIFETIME_SECONDS: "604800" });
  const shop = openWorkshop(opened, await signUpAt(opened, "ada"));
  const ofWeek = await shop.session({ iat: shop.at(0), exp: shop.at(604_800) });
  expect((await opened.show(`Bearer ${ofWeek}`)).status).toBe(200);
});

test("tokens follow the clock that the server is given, not the machine's", async () => {
  const clock = { now: new Date("2031-05-01T12:00:00Z") };
  const opened = await open({}, () => clock.now);
  const { id } = await opened.clerk.createUser({ email: "ada@example.com" });
  const token = await opened.clerk.mint({ userId: id });

  expect((await opened.show(`Bearer ${token}`)).status).toBe(200);
  clock.now = new Date("2031-05-01T12:01:04Z");
  expect((await opened.show(`Bearer ${token}`)).status).toBe(200);
  clock.now = new Date("2031-05-01T12:01:05Z");
  expect((await opened.show(`Bearer ${token}`)).reason).toBe("expired 5 s ago");
  clock.now = new Date("2031-05-01T11:59:00Z");
  expect((await opened.show(`Bearer ${token}`)).reason).toMatch(/^not valid for another \d+ s|in the future/);
});

import { signToken } from "@gatehouse/client/sign-token";
import { expect, test } from "vitest";
import { post, send } from "./support/raw.ts";
import { snapshot } from "./support/snapshot.ts";
import { openWorld } from "./support/world.ts";

test("a key and its tokens are found in no log, no table, no metric and no answer but the one that made the key", async () => {
  const { ada, people, workspaceId, server } = await openWorld({ ada: "owner" });
  const make = (jwtSigning: boolean) =>
    ada.apiKeys.create.mutate({
      workspaceId,
      name: "Canary",
      scopes: ["projects:read", "projects:write"],
      tier: "lite",
      jwtSigning,
    });
  const [plain, signer] = [await make(false), await make(true)];
  const rotated = await ada.apiKeys.rotate.mutate({ workspaceId, apiKeyId: signer.id });
  const tokens = [
    await signToken({ apiKey: signer.secret, subject: "canary" }),
    await signToken({ apiKey: rotated.secret, subject: "canary" }),
  ];
  const good = [plain.secret, rotated.secret, ...tokens];
  const typo = `${plain.secret.slice(0, -1)}~`;

  const answers = [];
  for (const credential of [...good, typo]) {
    answers.push(await send("/trpc/auth.whoami", { token: credential }));
    answers.push(await send("/trpc/me.get", { token: credential }));
    answers.push(await send(`/trpc/projects.list?token=${credential}`, { token: credential }));
    answers.push(await send(`/api/v1/projects?api_key=${credential}`));
    answers.push(await send("/api/v1/api-keys", { token: credential }));
    answers.push(await post("projects.create", { name: "Atlas", apiKey: credential }, credential));
    answers.push(await send("/trpc/admin.accessCodes.list", { headers: { "x-admin-key": credential } }));
    answers.push(await post("projects.create", `{"name": ${credential}`, credential));
  }
  answers.push(
    await send(`/trpc/apiKeys.list?input=${encodeURIComponent(JSON.stringify({ workspaceId }))}`, {
      token: people.ada.token,
    }),
  );
  answers.push(await send("/metrics"));
  await server.running.services.identity.keys.usage.close();

  const { pool } = server.running.services.database;
  const tables = JSON.stringify(await snapshot(pool));
  // The secret parts, so that neither a piece of a key nor another encoding of its text goes unseen.
  const secrets = [plain.secret, signer.secret, rotated.secret].map((key) => key.split("_")[3]!.slice(4));
  const canaries = [
    ...secrets,
    ...secrets.map((each) => Buffer.from(each).toString("hex")),
    ...tokens.map((token) => token.split(".")[2]!),
  ];
  for (const canary of canaries) {
    expect(server.log.text()).not.toContain(canary);
    expect(tables).not.toContain(canary);
    for (const { text, headers } of answers) {
      expect(text).not.toContain(canary);
      expect(JSON.stringify([...headers])).not.toContain(canary);
    }
  }
});

test("the pepper and the encryption key are in no log and no table", async () => {
  const { server } = await openWorld({ ada: "owner" });
  const { config, database } = server.running.services;
  const tables = JSON.stringify(await snapshot(database.pool));
  for (const secret of [...config.keyMaterial.peppers, ...config.keyMaterial.encryptionKeys]) {
    expect(server.log.text()).not.toContain(secret.reveal());
    expect(tables).not.toContain(secret.reveal());
    expect(tables).not.toContain(Buffer.from(secret.reveal(), "base64").toString("hex"));
  }
});

test("a seal that was moved to another key's row, or changed, opens nothing", async () => {
  const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
  const { apiKeySecret } = server.running.services.database.db;
  const make = () =>
    ada.apiKeys.create.mutate({
      workspaceId,
      name: "Seal",
      scopes: ["projects:read"],
      tier: "lite",
      jwtSigning: true,
    });
  const [mine, theirs] = [await make(), await make()];
  const [seal] = await apiKeySecret.findMany({ where: { apiKeyId: mine.id } });
  await apiKeySecret.updateMany({ where: { apiKeyId: theirs.id }, data: { sealed: seal!.sealed } });

  // Signed with my own key, in the name of theirs.
  const forged = (await signToken({ apiKey: mine.secret, subject: "7" })).split(".");
  const header = Buffer.from(JSON.stringify({ alg: "HS256", typ: "JWT", kid: theirs.id })).toString(
    "base64url",
  );
  const answer = await send("/trpc/projects.list", { token: [header, ...forged.slice(1)].join(".") });

  // It is our own table that is broken, so nobody is told that his credential is bad; and nobody is let in.
  expect(answer.status).toBe(503);
  server.log.takeErrors();
});

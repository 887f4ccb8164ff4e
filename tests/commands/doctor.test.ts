import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { flawOfHttpParser } from "../../server/src/base/http-parser.ts";
import { doctor } from "../../server/src/cli/doctor/doctor.ts";
import { openControls } from "../../server/src/local-clerk/controls.ts";
import { openLocalClerk } from "../../server/src/local-clerk/open.ts";
import { callCommand, runCli } from "../support/command.ts";
import type { Outcome } from "../support/command.ts";
import { openRaceDatabase, testOnPostgres } from "../support/database.ts";
import { testServer } from "../support/server.ts";
import { openWire } from "../support/wire.ts";

interface Diagnosis {
  code: number | null;
  /** By what was looked at: `keys` → "ok 1 of them, fetched and usable". */
  lines: Record<string, string>;
  text: string;
}

async function askDoctor(env: Record<string, string>): Promise<Diagnosis> {
  return readDiagnosis(await callCommand(doctor, [], env));
}

function readDiagnosis({ code, stdout, stderr }: Outcome): Diagnosis {
  const parts = [...stdout.matchAll(/^(ok|warning|broken) +(\w+) +(.+)$/gm)];
  const lines: Record<string, string> = {};
  for (const [, state = "", about = "", text = ""] of parts)
    lines[about] = [lines[about], `${state} ${text}`].filter(Boolean).join("\n");
  return { code, lines, text: stdout + stderr };
}

/** The settings of somebody who has configured a real instance; here it is the local one under its address. */
async function instanceSettings(more: Record<string, string> = {}): Promise<Record<string, string>> {
  const { running, url } = await testServer();
  const { clerk } = running.services;
  return {
    GATEHOUSE_URL: url,
    CLERK_SECRET_KEY: clerk.secretKey.reveal(),
    CLERK_API_URL: clerk.apiUrl,
    CLERK_ISSUER: clerk.issuer,
    CLERK_WEBHOOK_SIGNING_SECRET: clerk.webhookSecrets[0]!.reveal(),
    CLERK_AUTHORIZED_PARTIES: "https://app.example.com",
    ADMIN_API_KEY: "admin-key-of-an-operator",
    API_KEY_PEPPER: randomBytes(32).toString("base64"),
    ...more,
  };
}

/** Shows the keys of the instance as if its clock were off by so much. */
async function openClockStandIn(secondsOff: number): Promise<string> {
  const { apiUrl } = (await testServer()).running.services.clerk;
  const keys = await (await fetch(`${apiUrl}/v1/jwks`)).text();
  const server = createServer((_request, response) => {
    response.setHeader("date", new Date(Date.now() + secondsOff * 1_000).toUTCString());
    response.end(keys);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const newSecret = (): string => `whsec_${randomBytes(24).toString("base64")}`;

/** The tests run on old Nodes, too. */
const NODE = flawOfHttpParser() === null ? /^ok \d+/ : /^warning .+CVE-2025-23167.+20\.19\.2 or later/;

describe("on a newcomer's machine", () => {
  test("everything is well while the server runs", async () => {
    const { running, url } = await testServer();

    const settings = { GATEHOUSE_URL: url, DATA_DIR: running.services.config.dataFolder };
    const { code, lines } = readDiagnosis(await runCli(["doctor"], settings));

    expect(code).toBe(0);
    expect(Object.keys(lines)).toEqual(
      "node settings server database clerk keys issuer clock webhooks".split(" "),
    );
    for (const [about, line] of Object.entries(lines)) expect(line).toMatch(about === "node" ? NODE : /^ok /);
  });

  test("nothing is broken before the first start, and it says how to start", async () => {
    const { code, lines } = await askDoctor({ PORT: "9" });

    expect(code).toBe(0);
    expect(lines["server"]).toMatch(/^warning .+npm start$/);
    expect(lines["database"]).toMatch(/^ok embedded; it is made at the first start/);
  });
});

describe("settings", () => {
  test("that stop the start are named all at once, and never shown", async () => {
    const { code, lines, text } = await askDoctor({ PORT: "eighty", CLERK_SECRET_KEY: "hunter2hunter2" });

    expect(code).toBe(1);
    expect(lines["settings"]).toMatch(/^broken PORT .+\nbroken CLERK_SECRET_KEY .+/);
    expect(text).not.toMatch(/hunter2|eighty/);
  });

  test("that let more in than it seems are warned of", async () => {
    const settings = await instanceSettings();
    const protections = [
      "CLERK_AUTHORIZED_PARTIES",
      "CLERK_WEBHOOK_SIGNING_SECRET",
      "ADMIN_API_KEY",
      "API_KEY_PEPPER",
    ];
    for (const name of protections) delete settings[name];

    const { code, lines } = await askDoctor(settings);

    expect(code).toBe(0);
    expect(lines["settings"]).toMatch(
      /CLERK_AUTHORIZED_PARTIES.+\n.*CLERK_WEBHOOK_SIGNING_SECRET.+\n.*ADMIN_API_KEY.+\n.*API_KEY_PEPPER/,
    );
  });
});

describe("the Clerk instance", () => {
  test("is well where everything fits, and its secrets stay unsaid", async () => {
    const settings = await instanceSettings();
    const { code, lines, text } = await askDoctor(settings);

    expect(code).toBe(0);
    for (const about of ["clerk", "keys", "clock", "webhooks"]) expect(lines[about]).toMatch(/^ok /);
    for (const name of ["CLERK_SECRET_KEY", "CLERK_WEBHOOK_SIGNING_SECRET", "ADMIN_API_KEY"])
      expect(text).not.toContain(settings[name]);
  });

  test.each<[string, Record<string, string>, string, RegExp]>([
    [
      "a secret key of another one",
      { CLERK_SECRET_KEY: "sk_test_of_another" },
      "clerk",
      /refuses CLERK_SECRET_KEY/,
    ],
    ["an address where nobody is", { CLERK_API_URL: "http://127.0.0.1:9" }, "clerk", /cannot be reached/],
    ["a key set where nobody is", { CLERK_JWKS_URL: "http://127.0.0.1:9/jwks" }, "keys", /CLERK_JWKS_URL/],
    [
      "a service user who is not there",
      { CLERK_SERVICE_USER_ID: "user_nobody" },
      "service",
      /CLERK_SERVICE_USER_ID/,
    ],
    [
      "a webhook secret that the server has not",
      { CLERK_WEBHOOK_SIGNING_SECRET: newSecret() },
      "webhooks",
      /restart it/,
    ],
  ])("with %s is broken", async (_what, wrong, about, says) => {
    const { code, lines, text } = await askDoctor(await instanceSettings(wrong));

    expect(code).toBe(1);
    expect(lines[about]).toMatch(/^broken /);
    expect(lines[about]).toMatch(says);
    expect(text).not.toMatch(/sk_test_|whsec_[A-Za-z0-9]/);
  });

  test("whose fixed key is another one's refuses every token", async () => {
    const other = await openLocalClerk({ port: 0 });
    onTestFinished(() => other.close());
    const { pem } = await openControls(other).publicKey();
    const own = await (await testServer()).clerk.publicKey();

    const wrong = await askDoctor(await instanceSettings({ CLERK_JWT_KEY: pem }));
    const right = await askDoctor(await instanceSettings({ CLERK_JWT_KEY: own.pem }));

    expect([wrong.code, right.code]).toEqual([1, 0]);
    expect(wrong.lines["keys"]).toMatch(/^broken CLERK_JWT_KEY/);
    expect(right.lines["keys"]).toMatch(/^ok CLERK_JWT_KEY/);
  });

  test("whose issuer is another one is broken", async () => {
    const other = await openLocalClerk({ port: 0 });
    onTestFinished(() => other.close());
    const mine = (await testServer()).running.services.clerk.apiUrl;
    // The issuer's address shows the keys of whoever stands there.
    const wrong = await askDoctor(await instanceSettings({ CLERK_ISSUER: other.url }));
    const right = await askDoctor(await instanceSettings({ CLERK_ISSUER: mine }));

    expect(wrong.lines["issuer"]).toMatch(/^broken .+another instance/);
    expect(right.lines["issuer"]).toMatch(/^ok /);
  });

  test.each([
    [0, /^ok agrees/],
    [-3, /^warning [2-4] s ahead of Clerk's/],
    [4, /^warning [3-5] s behind Clerk's/],
    [-90, /^broken (89|9[01]) s ahead of Clerk's/],
  ])("whose clock is %s s from ours", async (secondsOff, says) => {
    const { lines } = await askDoctor(
      await instanceSettings({ CLERK_API_URL: await openClockStandIn(secondsOff) }),
    );
    expect(lines["clock"]).toMatch(says);
  });

  test("has its webhook secrets checked one by one, also where no server runs", async () => {
    const secrets = `${newSecret()},${newSecret()}`;
    const settings = await instanceSettings({ CLERK_WEBHOOK_SIGNING_SECRET: secrets, PORT: "9" });
    delete settings["GATEHOUSE_URL"];

    const { code, lines } = await askDoctor(settings);

    expect(code).toBe(0);
    expect(lines["webhooks"]).toMatch(/^ok webhook secret 1 .+\nok webhook secret 2 /);
  });
});

describe("the database", () => {
  test("that does not answer is broken, and its password stays unsaid", async () => {
    const password = "hunter2";
    const settings = await instanceSettings({
      DATABASE_URL: `postgres://gatehouse:${password}@127.0.0.1:9/gatehouse`,
    });
    const { code, lines, text } = await askDoctor(settings);

    expect(code).toBe(1);
    expect(lines["database"]).toMatch(/^broken .+DATABASE_URL/);
    expect(text).not.toContain(password);
  });

  testOnPostgres("says which migrations wait, and applies none", async () => {
    const empty = await openRaceDatabase({ migrated: false });
    const full = await openRaceDatabase();
    onTestFinished(async () => {
      await empty.drop();
      await full.drop();
    });

    const before = await askDoctor(await instanceSettings({ DATABASE_URL: empty.url }));
    const again = await askDoctor(await instanceSettings({ DATABASE_URL: empty.url }));
    const after = await askDoctor(await instanceSettings({ DATABASE_URL: full.url }));

    expect(before.lines["database"]).toMatch(/^warning .+first_tables.+npx gatehouse migrate$/);
    expect(again.lines["database"]).toBe(before.lines["database"]);
    expect(after.lines["database"]).toMatch(/^ok PostgreSQL \S+.*every migration applied$/);
  });

  testOnPostgres(
    "is well where a newer version has migrated it: going back one release is allowed",
    async () => {
      const { url, drop } = await openRaceDatabase();
      onTestFinished(drop);
      const pool = new Pool({ connectionString: url });
      await pool.query(`INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at)
                      VALUES ('newer', 'x', '29990101000000_newer', now())`);
      await pool.end();

      const { lines } = await askDoctor(await instanceSettings({ DATABASE_URL: url }));

      expect(lines["database"]).toMatch(/^ok PostgreSQL/);
    },
  );

  testOnPostgres("behind a pooler in transaction mode is warned of: nothing is heard there", async () => {
    const { url, drop } = await openRaceDatabase();
    onTestFinished(drop);
    const wire = await openWire(new URL(url));
    onTestFinished(wire.close);
    wire.deafen();

    const { code, lines } = await askDoctor(await instanceSettings({ DATABASE_URL: wire.url }));

    expect(code).toBe(0);
    expect(lines["database"]).toMatch(/^warning PostgreSQL .+pooler in session mode/);
  });
});

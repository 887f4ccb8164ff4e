import { execFileSync, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { access, chown, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, posix, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { openLocalClerk } from "../../server/src/local-clerk/open.ts";
import { layBase, runIn } from "./chroot.ts";
import type { Place } from "./chroot.ts";
import { freePort } from "../support/free-port.ts";
import { readCommand, readEnv, readStages } from "./containerfile.ts";
import type { Instruction, Stage } from "./containerfile.ts";

/**
 * `npm run test:deploy`: carries out deploy/Containerfile without a container engine. Its own RUN and COPY are done in
 * their order, each stage with a folder of its own as `/`; its CMD then runs as its USER on a read-only root, against a
 * real PostgreSQL, and its HEALTHCHECK is asked. The other files of deploy/ are judged by the tools they are for.
 *
 * Needs root (for chroot) and TEST_DATABASE_URL.
 */
const REPOSITORY = resolve(import.meta.dirname, "../..");
databaseServer();
const PORT = String(await freePort());
const scratch = await mkdtemp(join(tmpdir(), "gatehouse-deploy-"));
try {
  const stages = readStages(await readFile(join(REPOSITORY, "deploy/Containerfile"), "utf8"));
  for (const stage of stages) await build(stage);
  await serve(stages.at(-1)!);
  await judgeTheOthers();
  say("Everything in deploy/ works.");
} finally {
  await rm(scratch, { recursive: true, force: true });
}

function rootOf(stage: string): string {
  return join(scratch, stage);
}

async function build({ name, instructions }: Stage): Promise<void> {
  const place: Place = { root: rootOf(name), folder: "/", env: { ...process.env } };
  await mkdir(place.root, { recursive: true });
  await layBase(place.root);
  for (const instruction of instructions) {
    say(`${name}: ${instruction.name} ${instruction.words}`);
    await follow(instruction, place);
  }
}

async function follow({ name, words }: Instruction, place: Place): Promise<void> {
  switch (name) {
    case "WORKDIR":
      place.folder = words;
      return void (await mkdir(place.root + words, { recursive: true }));
    case "ENV":
      return void Object.assign(place.env, readEnv(words));
    case "COPY":
      return copy(words.split(/\s+/), place);
    case "RUN":
      return finished(place, ["sh", "-ec", words]);
    // These say how the result is run.
    case "VOLUME":
    case "USER":
    case "EXPOSE":
    case "STOPSIGNAL":
    case "HEALTHCHECK":
    case "CMD":
      return;
    default:
      throw new Error(`${name} is not known here: teach it to tests/deploy/run.ts`);
  }
}

async function copy(words: readonly string[], { root, folder }: Place): Promise<void> {
  const from = words.find((each) => each.startsWith("--from="))?.slice("--from=".length);
  const paths = words.filter((each) => !each.startsWith("--"));
  const target = join(root, posix.resolve(folder, paths.at(-1)!));
  for (const path of paths.slice(0, -1)) {
    const source = from === undefined ? join(await context(), path) : join(rootOf(from), path);
    const isFolder = await access(`${source}/.`).then(
      () => true,
      () => false,
    );
    const to = isFolder ? target : join(target, posix.basename(path));
    await mkdir(dirname(to), { recursive: true });
    await cp(source, to, { recursive: true, verbatimSymlinks: true });
  }
}

/** What the engine would be given: the files of the repository without those that .dockerignore names. */
async function context(): Promise<string> {
  const folder = join(scratch, "context");
  if (
    await access(folder).then(
      () => true,
      () => false,
    )
  )
    return folder;
  const ignored = (await readFile(join(REPOSITORY, ".dockerignore"), "utf8")).trim().split("\n");
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: REPOSITORY,
    encoding: "utf8",
  });
  const files = listed
    .trim()
    .split("\n")
    .filter((file) => !ignored.some((pattern) => posix.matchesGlob(file, `${pattern}{,/**}`)));
  for (const file of files) await cp(join(REPOSITORY, file), join(folder, file));
  return folder;
}

/** Starts the last stage as a container would be started, asks it how it is, looks around in it, and stops it. */
async function serve({ name, instructions }: Stage): Promise<void> {
  const of = (wanted: string): string => instructions.find((each) => each.name === wanted)?.words ?? "";
  const root = rootOf(name);
  const clerk = await openLocalClerk({ port: 0 });
  const database = await makeDatabase();
  await mkdir(join(`${root}.writable`, "data"), { recursive: true });
  await chown(join(`${root}.writable`, "data"), 1000, 1000);
  const place: Place = {
    root,
    folder: of("WORKDIR"),
    user: of("USER"),
    writable: ["/data"],
    env: {
      PATH: process.env["PATH"],
      ...readEnv(of("ENV")),
      PORT,
      DATABASE_URL: database.url,
      CLERK_SECRET_KEY: clerk.secretKey,
      CLERK_API_URL: clerk.url,
      CLERK_ISSUER: clerk.issuer,
    },
  };
  const isHealthy = async (): Promise<boolean> => (await codeOf(place, readCommand(of("HEALTHCHECK")))) === 0;
  expectThat(!(await isHealthy()), "before it is started, it is not healthy");

  const server = runIn(place, readCommand(of("CMD")));
  let printed = "";
  server.stdout?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  server.stderr?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  for (let turn = 0; turn < 60 && !printed.includes("Gatehouse is up."); turn++) await sleep(500);
  if (!printed.includes("Gatehouse is up.")) throw new Error(`It does not start: ${printed}`);
  expectThat(await isHealthy(), "it is healthy");
  const ready = await fetch(`http://127.0.0.1:${PORT}/readyz`);
  expectThat(ready.status === 200, `it is ready: ${await ready.text()}`);
  const id = execFileSync("sh", ["-c", `ps -o uid= -p ${server.pid}`], { encoding: "utf8" }).trim();
  expectThat(id === "1000", `it runs as another user than root (${id})`);
  expectThat((await codeOf(place, ["sh", "-c", "echo x > /app/x"])) !== 0, "it cannot write its own folder");
  expectThat((await codeOf(place, ["sh", "-c", "echo x > /data/x"])) === 0, "it can write /data");
  expectThat(
    (await codeOf(place, ["sh", "-c", "test -e node_modules/vitest"])) !== 0,
    "no test tool is in it",
  );
  const checked = await codeOf(place, ["node", "server/bin/gatehouse.js", "doctor"]);
  expectThat(checked === 0, "the doctor runs in it and finds nothing broken");

  server.kill("SIGTERM");
  const [code] = (await once(server, "exit")) as [number | null];
  expectThat(code === 0 && printed.includes("has stopped"), `it stops cleanly on its STOPSIGNAL (${code})`);
  await database.drop();
  await clerk.close();
}

async function judgeTheOthers(): Promise<void> {
  const at = (file: string): string => join(REPOSITORY, "deploy", file);
  const env = { ...process.env, GATEHOUSE_SITE: "http://127.0.0.1:8099", POSTGRES_PASSWORD: "x" };
  const settings = join(scratch, "context/.env");
  await writeFile(settings, "");
  await judge("systemd-analyze", ["verify", at("gatehouse.service")], env);
  await judge(
    "systemd-analyze",
    ["security", "--offline=true", "--threshold=20", at("gatehouse.service")],
    env,
  );
  await judge("caddy", ["validate", "--adapter", "caddyfile", "--config", at("Caddyfile")], env);
  await judge("docker-compose", ["-f", join(scratch, "context/deploy/compose.yaml"), "config"], env);

  const known = await readFile(join(REPOSITORY, ".env.example"), "utf8");
  const compose = await readFile(at("compose.yaml"), "utf8");
  const unit = await readFile(at("gatehouse.service"), "utf8");
  const [server = ""] = /^ {2}gatehouse:[^]*?(?=^ {2}\w)/m.exec(compose) ?? [];
  const set = [...server.matchAll(/^ {6}([A-Z_]+): /gm), ...unit.matchAll(/ ([A-Z_]+)=(?=\S)/g)].map(
    ([, each]) => each!,
  );
  const unknown = set.filter((each) => each !== "NODE_ENV" && !known.includes(`#${each}=`));
  expectThat(
    set.length >= 4 && unknown.length === 0,
    `each setting is one of .env.example ${unknown.join(", ")}`,
  );
}

async function judge(program: string, words: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const what = `${program} ${words[0]!} takes what is there`;
  const { error, status, stdout, stderr } = spawnSync(program, words, { env, encoding: "utf8" });
  if (error !== undefined) say(`not asked: ${program} is not installed`);
  else expectThat(status === 0, status === 0 ? what : `${what}: ${stdout}${stderr}`);
}

async function codeOf(place: Place, command: readonly string[]): Promise<number | null> {
  const child = runIn(place, command);
  child.stdout?.resume();
  child.stderr?.resume();
  return ((await once(child, "close")) as [number | null])[0];
}

async function finished(place: Place, command: readonly string[]): Promise<void> {
  const child = runIn(place, command);
  let printed = "";
  child.stdout?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${command.join(" ")} failed with ${code}: ${printed}`);
}

function databaseServer(): string {
  const url = process.env["TEST_DATABASE_URL"];
  if (url === undefined) throw new Error("This needs TEST_DATABASE_URL.");
  return url;
}

async function makeDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const server = databaseServer();
  const name = `gatehouse_deploy_${randomUUID().slice(0, 8)}`;
  const ask = async (statement: string): Promise<void> => {
    const client = new pg.Client(server);
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await ask(`CREATE DATABASE "${name}"`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => ask(`DROP DATABASE "${name}" WITH (FORCE)`) };
}

function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(`This should be so: ${what}`);
  say(`ok: ${what}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

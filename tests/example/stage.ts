import { createClient } from "@gatehouse/client";
import type { AdminApi, Api } from "@gatehouse/client";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, BrowserContext } from "playwright-core";
import { makeEmbeddedFolder } from "../support/database.ts";
import { freePort } from "../support/free-port.ts";
import { signIn } from "./person.ts";
import type { Person } from "./person.ts";
import { buildExample, end, serveExample, startServer } from "./processes.ts";

/** Debian's Chromium. `.ci/run` installs it; elsewhere these tests are skipped where it is missing. */
const CHROMIUM = "/usr/bin/chromium";
export const hasChromium: boolean = existsSync(CHROMIUM);

const ADMIN_KEY = "admin-key-of-the-example";
const QUIETLY =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

/** The built page, the real server behind it, and a browser. */
export interface Stage {
  home: string;
  clerkUrl: string;
  admin: AdminApi;
  /** Somebody new, signed in, at a browser of his own. */
  arrive: (name: string) => Promise<Person>;
  /** The same with a workspace of his own. */
  arriveAsOwner: (name: string, workspaceName: string) => Promise<Person & { workspaceId: string }>;
  /** Serves the page as it is built for a real Clerk instance, and says where. */
  serveWithClerk: (publishableKey: string) => Promise<string>;
  browser: Browser;
  /** A typed client with the session of a browser, for what would take many clicks. */
  clientOf: (person: Pick<Person, "context">) => Promise<Api>;
  kill: () => Promise<void>;
  restart: () => Promise<void>;
  shoot: (page: Person["page"], name: string) => Promise<void>;
  /** Everybody who has come, for whoever wants to know what their pages complained about. */
  people: readonly Person[];
  close: () => Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-example-"));
  const pictures = process.env["ARTIFACTS_DIR"] ?? (await mkdtemp(join(tmpdir(), "gatehouse-pictures-")));
  await mkdir(pictures, { recursive: true });
  console.log(`Screenshots of the example: ${pictures}`);

  const [port, clerkPort, pagePort] = [await freePort(), await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const clerkUrl = `http://127.0.0.1:${clerkPort}`;
  const home = `http://127.0.0.1:${pagePort}`;
  const settings = {
    PORT: String(port),
    LOCAL_CLERK_PORT: String(clerkPort),
    DATA_DIR: join(folder, "data"),
    ADMIN_API_KEY: ADMIN_KEY,
    APP_URL: home,
  };
  await makeEmbeddedFolder(join(folder, "data/database"));
  const [server] = await Promise.all([
    startServer(url, settings),
    buildExample(join(folder, "page"), { VITE_LOCAL_CLERK_URL: clerkUrl }),
  ]);
  const running = { server };
  const page = await serveExample(join(folder, "page"), { port: pagePort, apiUrl: url });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIETLY.split(" ") });

  const admin = createClient({ url, adminKey: ADMIN_KEY });
  const clientOf: Stage["clientOf"] = async ({ context }) => {
    const sessionId = await sessionOf(context);
    return createClient({ url, getToken: () => tokenOf(clerkUrl, sessionId) });
  };
  const pages = [page];
  const serveWithClerk = async (publishableKey: string): Promise<string> => {
    const outDir = join(folder, "page-with-clerk");
    const clerkPagePort = await freePort();
    await buildExample(outDir, { VITE_CLERK_PUBLISHABLE_KEY: publishableKey });
    pages.push(await serveExample(outDir, { port: clerkPagePort, apiUrl: url }));
    return `http://127.0.0.1:${clerkPagePort}`;
  };
  const people: Person[] = [];
  const arrive = async (name: string): Promise<Person> => {
    const person = await signIn(browser, home, name);
    people.push(person);
    return person;
  };
  const arriveAsOwner: Stage["arriveAsOwner"] = async (name, workspaceName) => {
    const person = await arrive(name);
    const api = await clientOf(person);
    await api.accessCodes.redeem.mutate({ code: (await admin.admin.accessCodes.create.mutate()).code });
    const { id: workspaceId } = await api.workspaces.create.mutate({ name: workspaceName });
    await person.page.goto(`${home}/workspaces/${workspaceId}/projects`);
    await untilLive(person.page);
    return { ...person, workspaceId };
  };
  return {
    home,
    clerkUrl,
    admin,
    arrive,
    arriveAsOwner,
    clientOf,
    serveWithClerk,
    browser,
    people,
    kill: () => end(running.server, "SIGKILL"),
    restart: async () => {
      running.server = await startServer(url, settings);
    },
    shoot: async (of, name) => {
      await of.screenshot({ path: join(pictures, `${name}.png`), animations: "disabled" });
    },
    close: async () => {
      await browser.close();
      await Promise.all([...pages, running.server].map((process) => end(process, "SIGTERM")));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Until the page says that it hears of changes, and has all that it shows. */
export async function untilLive(page: Person["page"]): Promise<void> {
  await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
  await untilLoaded(page);
}

async function untilLoaded(page: Person["page"]): Promise<void> {
  const waiting = page.getByRole("status", { name: "Loading" });
  while ((await waiting.count()) > 0) await waiting.first().waitFor({ state: "detached" });
}

/** Where the example keeps it; with Clerk it would be in a cookie. */
async function sessionOf(context: BrowserContext): Promise<string> {
  const { origins } = await context.storageState();
  const kept = origins.flatMap(({ localStorage }) => localStorage);
  const text = kept.find(({ name }) => name === "gatehouse-session")?.value ?? "";
  return (JSON.parse(text) as { id: string }).id;
}

async function tokenOf(clerkUrl: string, sessionId: string): Promise<string> {
  const answer = await fetch(`${clerkUrl}/v1/client/sessions/${sessionId}/tokens`, { method: "POST" });
  return ((await answer.json()) as { jwt: string }).jwt;
}

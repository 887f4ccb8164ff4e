import type { Browser, BrowserContext, Page } from "playwright-core";

/** Somebody at a browser of his own, and what his pages complained about. */
export interface Person {
  name: string;
  email: string;
  page: Page;
  context: BrowserContext;
  /**
   * What was refused since somebody last asked, as `403 workspaces.get`; `unreachable …` where no answer came. Browsers
   * note it in the console, too.
   */
  takeRefusals: () => string[];
  /** Every other error in the console, and every exception that nobody caught. There shall be none. */
  takeComplaints: () => string[];
  /** Every origin that the browser has asked for something. */
  origins: ReadonlySet<string>;
  /** Another tab of the same browser. */
  openTab: (address: string) => Promise<Page>;
}

/** What Chromium writes of an answer that is an error, or does not come; `takeRefusals` tells it better. */
const ECHO = /^Failed to load resource: (the server responded with a status of \d{3}|net::ERR_)/;
/** Whoever leaves a page ends what it was asking for. */
const LEFT = "net::ERR_ABORTED";

/** Signs in at the local provider's own page, from the button of the example; whoever is new signs up. */
export async function signIn(browser: Browser, home: string, name: string): Promise<Person> {
  const context = await browser.newContext({ colorScheme: "light", viewport: { width: 1200, height: 800 } });
  context.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  const refusals: string[] = [];
  const origins = new Set<string>();
  context.on("request", (request) => origins.add(new URL(request.url()).origin));
  context.on("console", (message) => {
    if (message.type() === "error" && !ECHO.test(message.text())) complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(error.error().message));
  context.on("response", (response) => {
    if (response.status() >= 400) refusals.push(`${response.status()} ${shortName(response.url())}`);
  });
  const openTab = async (address: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(address);
    return page;
  };
  context.on("requestfailed", (request) => {
    if (request.failure()?.errorText !== LEFT) refusals.push(`unreachable ${shortName(request.url())}`);
  });

  const email = `${name.toLowerCase()}@example.com`;
  const page = await openTab(home);
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Sign up" }).waitFor();
  const known = page.getByRole("button", { name: email });
  if ((await known.count()) > 0) await known.click();
  else {
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("First name").fill(name);
    await page.getByRole("button", { name: "Sign up and continue" }).click();
  }
  await page.getByRole("heading", { name: "Your workspaces" }).waitFor();
  return {
    name,
    email,
    page,
    context,
    origins,
    openTab,
    takeRefusals: () => refusals.splice(0),
    takeComplaints: () => complaints.splice(0),
  };
}

/** `projects.list` of `http://…/trpc/projects.list?input=…`. */
function shortName(url: string): string {
  return new URL(url).pathname.replace(/^\/trpc\//, "");
}

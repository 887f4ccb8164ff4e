import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { send } from "../support/raw.ts";
import { testServer } from "../support/server.ts";
import { openWorld } from "../support/world.ts";

/** Debian's Chromium. `.ci/run` installs it; elsewhere these tests are skipped where it is missing. */
const CHROMIUM = "/usr/bin/chromium";

/** How bright the title is and what stands behind it, as the sum of red, green and blue. It runs in the browser. */
const BRIGHTNESS = `(() => {
  const read = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const sum = (color) => read(color).slice(0, 3).reduce((one, other) => one + other, 0);
  const title = document.querySelector(".info .title");
  let behind = "rgb(255, 255, 255)";
  for (let at = title; at !== null; at = at.parentElement) {
    const color = getComputedStyle(at).backgroundColor;
    if ((read(color)[3] ?? 1) > 0) { behind = color; break; }
  }
  return { paper: sum(behind), ink: sum(getComputedStyle(title).color) };
})()`;

test("the page may load its own files and nothing else", async () => {
  const { headers, text } = await send("/docs");
  const policy = headers.get("content-security-policy");

  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toMatch(/https?:|unsafe-eval|script-src[^;]*unsafe-inline/);
  expect(text).not.toMatch(/<script>|https?:\/\//);
  expect((await send("/healthz")).headers.get("content-security-policy")).toContain("default-src 'none'");
});

describe.skipIf(!existsSync(CHROMIUM))("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });
  afterAll(() => browser.close());

  /** The page, ready; with every complaint of the browser and every address that it asked. */
  async function openPage(
    colorScheme: "light" | "dark",
  ): Promise<{ page: Page; complaints: string[]; hosts: Set<string> }> {
    const { url } = await testServer();
    const page = await browser.newPage({ colorScheme });
    const complaints: string[] = [];
    const hosts = new Set<string>();
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on(
      "request",
      (request) => request.url().startsWith("data:") || hosts.add(new URL(request.url()).origin),
    );
    await page.goto(`${url}/docs`);
    await page.locator("#operations-projects-projectsList").waitFor();
    return { page, complaints, hosts };
  }

  test("somebody pastes a token, tries a call, and reads the answer", async () => {
    const { ada, people, workspaceId } = await openWorld({ ada: "owner" });
    await ada.projects.create.mutate({ workspaceId, name: "Atlas of the docs page" });
    const { page, complaints, hosts } = await openPage("light");

    await page.getByRole("button", { name: "Authorize" }).first().click();
    const dialog = page.locator(".modal-ux");
    await dialog.locator("input[aria-label='auth-bearer-value']").fill(people.ada.token);
    await dialog.getByRole("button", { name: "Apply credentials" }).first().click();
    await dialog.locator(".btn-done").first().click();
    const operation = page.locator("#operations-projects-projectsList");
    await operation.locator(".opblock-summary-control").click();
    await operation.getByRole("button", { name: "Execute" }).click();
    const answer = operation.locator(".live-responses-table").getByText("Atlas of the docs page");
    await answer.waitFor();

    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([(await testServer()).url]);
    await page.close();
  });

  test.each(["light", "dark"] as const)("it can be read in %s", async (scheme) => {
    const { page } = await openPage(scheme);
    const brightness = (await page.evaluate(BRIGHTNESS)) as { paper: number; ink: number };
    expect(brightness.ink < brightness.paper).toBe(scheme === "light");
    expect(Math.abs(brightness.ink - brightness.paper)).toBeGreaterThan(300);
    await page.close();
  });
});

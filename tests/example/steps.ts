import type { Locator, Page } from "playwright-core";

/** Of a dialog that asks for one. */
export const nameField = (page: Page): Locator => page.getByRole("textbox", { name: "Name", exact: true });

export async function createProject(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "New project" }).click();
  await nameField(page).fill(name);
  await page.getByRole("button", { name: "Create project" }).click();
  await page.getByText(name, { exact: true }).waitFor();
  await page.locator("dialog").waitFor({ state: "detached" });
}

/** Leaves a mark that a reload would wipe out. */
export async function markPage(page: Page): Promise<void> {
  await page.evaluate("window.isMarked = true");
}

export function isMarked(page: Page): Promise<boolean> {
  return page.evaluate("window.isMarked === true");
}

export async function isFocused(place: Locator): Promise<boolean> {
  return (await place.and(place.page().locator(":focus")).count()) === 1;
}

/** Presses Tab until the focus is there, as somebody without a mouse would. */
export async function tabTo(page: Page, place: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    if (await isFocused(place)) return;
  }
  throw new Error("60 presses of Tab did not lead there");
}

/** Holds back what a page asks for at such an address, until it is let go. */
export async function hold(page: Page, address: string): Promise<() => void> {
  let letGo: (() => void) | undefined;
  const held = new Promise<void>((done) => (letGo = done));
  await page.route(address, async (route) => {
    await held;
    await route.continue();
  });
  return () => letGo?.();
}

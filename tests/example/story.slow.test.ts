import { createClient } from "@gatehouse/client";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { faintTexts } from "./contrast.ts";
import { hasChromium, openStage, untilLive } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { createProject, hold, isFocused, isMarked, markPage, nameField, tabTo } from "./steps.ts";

describe.skipIf(!hasChromium)("the example frontend, in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => {
    const unexpected = stage.people.flatMap((person) =>
      [...person.takeComplaints(), ...person.takeRefusals()].map((text) => `${person.name}: ${text}`),
    );
    expect(unexpected).toEqual([]);
  });
  afterAll(() => stage.close());

  test("a newcomer signs in, redeems an access code and makes a workspace", async () => {
    const { page, origins, takeRefusals } = await stage.arrive("Ada");
    await stage.shoot(page, "newcomer");
    expect(await page.getByRole("button", { name: "New workspace" }).count()).toBe(0);

    await page.getByRole("textbox", { name: "Access code" }).fill("no-such-code");
    await page.getByRole("button", { name: "Redeem" }).click();
    const refusal = page.getByRole("alert");
    await refusal.getByText("This access code cannot be redeemed.").waitFor();
    await refusal.getByText("Request id").waitFor();
    expect(takeRefusals()).toEqual(["400 accessCodes.redeem"]);

    const { code } = await stage.admin.admin.accessCodes.create.mutate();
    await page.getByRole("textbox", { name: "Access code" }).fill(code);
    await page.getByRole("button", { name: "Redeem" }).click();
    await page.getByRole("button", { name: "New workspace" }).click();
    await nameField(page).fill("Rocket works");
    await page.getByRole("button", { name: "Create workspace" }).click();

    await page.getByText("No projects yet").waitFor();
    await untilLive(page);
    await stage.shoot(page, "empty-workspace");
    expect(origins).toEqual(new Set([stage.home, stage.clerkUrl]));
  });

  test("with a publishable key the page asks Clerk's own address for its sign-in", async () => {
    const home = await stage.serveWithClerk(`pk_test_${btoa("gatehouse.clerk.accounts.dev$")}`);
    const page = await stage.browser.newPage();
    // Nothing of Clerk's is within reach of a test; what the page asks for is.
    await page.route(/^https:/, (route) => route.abort());
    const [request] = await Promise.all([page.waitForRequest(/^https:/), page.goto(home)]);
    await stage.shoot(page, "clerk");

    expect(request.url()).toMatch(/^https:\/\/gatehouse\.clerk\.accounts\.dev\/.*clerk/);
    expect(await page.getByText("local identity provider").count()).toBe(0);
    await page.close();
  });

  test("somebody who is invited accepts in his own browser, and sees what his role may do", async () => {
    const grace = await stage.arriveAsOwner("Grace", "Compilers");
    const bob = await stage.arrive("Bob");

    await grace.page.getByRole("link", { name: "Members" }).click();
    await grace.page.getByLabel("E-mail address").fill(bob.email);
    await grace.page.getByLabel("Role", { exact: true }).selectOption("viewer");
    await grace.page.getByRole("button", { name: "Invite", exact: true }).click();
    await grace.page.getByRole("button", { name: `Take back the invitation of ${bob.email}` }).waitFor();
    await stage.shoot(grace.page, "invited");

    await bob.page.reload();
    await bob.page.getByText("Grace invites you.").waitFor();
    await stage.shoot(bob.page, "invitation");
    await bob.page.getByRole("button", { name: "Accept" }).click();
    await bob.page.getByText("You are viewer").waitFor();
    expect(
      await bob.page.getByRole("navigation", { name: "Workspace" }).getByRole("link").allInnerTexts(),
    ).toEqual(["Projects", "Members", "Settings"]);
    expect(await bob.page.getByRole("button", { name: "New project" }).count()).toBe(0);

    // What Grace gives Bob, Bob's page shows without a reload.
    await grace.page.getByLabel("Role of Bob").selectOption("member");
    await bob.page.getByText("You are member").waitFor();
    await bob.page.getByRole("button", { name: "New project" }).waitFor();
    await bob.page.getByRole("link", { name: "Members" }).click();
    await bob.page.getByText("Grace", { exact: true }).waitFor();
    expect(await bob.page.getByRole("button", { name: "Invite" }).count()).toBe(0);
  });

  test("what one person makes, the other sees without a reload", async () => {
    const { ada, bob, adaApi } = await twoMembers("Live");
    await markPage(bob.page);
    for (const name of ["Atlas", "Borealis", "Cassini"]) {
      const shown = bob.page.getByText(name, { exact: true }).waitFor({ timeout: 10_000 });
      await adaApi.projects.create.mutate({ workspaceId: ada.workspaceId, name });
      await shown;
    }

    await ada.page.getByRole("button", { name: "Archive Borealis" }).click();
    await bob.page.getByText("Borealis", { exact: true }).waitFor({ state: "detached" });
    expect(await isMarked(bob.page)).toBe(true);
    await stage.shoot(bob.page, "projects");
  });

  test("a new name is shown before the server has answered, and taken back if it refuses", async () => {
    const olga = await stage.arriveAsOwner("Olga", "Optimism");
    const { page, takeRefusals } = olga;
    const api = (await stage.clientOf(olga)).workspace(olga.workspaceId);
    const { id: projectId } = await api.projects.create.mutate({ name: "Atlas" });
    const letGo = await hold(page, "**/trpc/projects.update*");

    await page.getByRole("button", { name: "Rename Atlas" }).click();
    await page.getByLabel("New name of Atlas").fill("Borealis");
    await page.keyboard.press("Enter");
    await page.getByText("Borealis", { exact: true }).waitFor();
    expect((await api.projects.get.query({ projectId })).name).toBe("Atlas");

    // Somebody else is faster, so the version that was read is an old one.
    await page.route("**/trpc/projects.list*", (route) => route.abort());
    await api.projects.update.mutate({ projectId, name: "Cassini" });
    await page.unroute("**/trpc/projects.list*");
    letGo();
    await page.getByText("Somebody else has just changed this project.").waitFor();
    await page.getByText("Cassini", { exact: true }).waitFor();
    expect(takeRefusals()).toEqual(["409 projects.update"]);
  });

  test("a key's secret is shown once, works, and is gone after a reload", async () => {
    const { page, context } = await stage.arriveAsOwner("Kay", "Keys");
    await page.getByRole("link", { name: "API keys" }).click();
    await page.getByRole("button", { name: "New API key" }).click();
    await nameField(page).fill("Nightly build");
    await stage.shoot(page, "new-key");
    await page.getByRole("button", { name: "Create API key" }).click();
    const secret = await page.getByTestId("secret").innerText();
    await stage.shoot(page, "secret");

    const program = createClient({ url: stage.home, apiKey: secret });
    expect((await program.projects.list.query()).items).toEqual([]);

    await page.reload();
    await page.getByText("Nightly build").waitFor();
    expect(await page.content()).not.toContain(secret);
    expect(JSON.stringify(await context.storageState())).not.toContain(secret);
  });

  test("two tabs show two workspaces, and nothing of one comes into the other", async () => {
    const ada = await stage.arriveAsOwner("Thea", "Left");
    const api = await stage.clientOf(ada);
    const { id: rightId } = await api.workspaces.create.mutate({ name: "Right" });
    const asked: string[] = [];
    const right = await ada.openTab(stage.home);
    right.on("request", (request) => asked.push(`${request.url()} ${request.postData() ?? ""}`));
    await right.goto(`${stage.home}/workspaces/${rightId}/projects`);
    await untilLive(right);

    await createProject(ada.page, "Only left");
    await createProject(right, "Only right");
    expect(await ada.page.locator(".row strong").allInnerTexts()).toEqual(["Only left"]);
    expect(await right.locator(".row strong").allInnerTexts()).toEqual(["Only right"]);
    expect(asked.filter((request) => request.includes(rightId)).length).toBeGreaterThan(3);
    expect(asked.filter((request) => request.includes(ada.workspaceId))).toEqual([]);

    // One tab goes to the other workspace and comes back.
    await ada.page.reload();
    await ada.page.getByRole("combobox", { name: "Workspace" }).selectOption("Right");
    await ada.page.getByText("Only right").waitFor();
    expect(new URL(ada.page.url()).pathname).toBe(`/workspaces/${rightId}/projects`);
    await ada.page.goBack();
    await ada.page.getByText("Only left").waitFor();
  });

  test("a server that dies makes the page say so; it goes on by itself when the server is back", async () => {
    const { ada, bob, adaApi } = await twoMembers("Storm");
    await createProject(ada.page, "Before the storm");
    await bob.page.getByText("Before the storm").waitFor();
    await markPage(bob.page);

    await stage.kill();
    await bob.page.getByText("The server cannot be reached.").waitFor();
    await bob.page.getByText("Before the storm").waitFor();
    await stage.shoot(bob.page, "offline");

    await stage.restart();
    await bob.page.getByText("The server cannot be reached.").waitFor({ state: "detached" });
    await adaApi.projects.create.mutate({ workspaceId: ada.workspaceId, name: "After the storm" });
    await bob.page.getByText("After the storm").waitFor();
    await untilLive(bob.page);
    expect(await isMarked(bob.page)).toBe(true);
    const refusals = stage.people.flatMap((person) => person.takeRefusals());
    // Nobody answers at first; then the door is open, and says that the house is not ready.
    expect(refusals.filter((refusal) => !/^(502|unreachable) |^503 \/readyz$/.test(refusal))).toEqual([]);
  });

  test("a workspace of others is refused with a sentence and the request's id", async () => {
    const { workspaceId } = await stage.arriveAsOwner("Hedy", "Closed");
    const eve = await stage.arrive("Eve");
    const [answer] = await Promise.all([
      eve.page.waitForResponse(/workspaces\.get/),
      eve.page.goto(`${stage.home}/workspaces/${workspaceId}/projects`),
    ]);
    const refusal = eve.page.getByRole("alert");
    await refusal.getByText("Insufficient permissions to access this resource").waitFor();
    expect(await refusal.locator("code").innerText()).toBe(answer.headers()["x-request-id"]);
    expect(eve.takeRefusals()).toContain("403 workspaces.get");
    await stage.shoot(eve.page, "refused");
  });

  test("whoever loses his membership loses what he saw, at once", async () => {
    const { ada, bob, adaApi } = await twoMembers("Leaving");
    await createProject(ada.page, "A secret plan");
    await bob.page.getByText("A secret plan").waitFor();

    const { items } = await adaApi.members.list.query({ workspaceId: ada.workspaceId });
    const { userId } = items.find(({ email }) => email === bob.email)!;
    await adaApi.members.remove.mutate({ workspaceId: ada.workspaceId, userId });

    await bob.page.getByText("This workspace is closed to you").waitFor();
    expect(await bob.page.getByText("A secret plan").count()).toBe(0);
    bob.takeRefusals();
  });

  test("a project can be made with the keyboard alone", async () => {
    const { page } = await stage.arriveAsOwner("Kira", "Keyboard");
    await page.reload();
    await untilLive(page);

    await tabTo(page, page.getByRole("button", { name: "New project" }));
    await stage.shoot(page, "focus");
    await page.keyboard.press("Enter");
    await nameField(page).and(page.locator(":focus")).waitFor();
    // The dialog keeps the focus: after its last part comes its first.
    for (let presses = 0; presses < 12; presses++) {
      await page.keyboard.press("Tab");
      expect(await page.locator(":focus:not(dialog *)").count()).toBe(0);
    }
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    expect(await isFocused(page.getByRole("button", { name: "New project" }))).toBe(true);

    await page.keyboard.press("Enter");
    await nameField(page).and(page.locator(":focus")).waitFor();
    await page.keyboard.type("Typed");
    await page.keyboard.press("Enter");
    await page.getByText("Typed", { exact: true }).waitFor();
    await tabTo(page, page.getByRole("button", { name: "Rename Typed" }));
    await page.keyboard.press("Enter");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("Typed twice");
    await page.keyboard.press("Enter");
    await page.getByText("Typed twice", { exact: true }).waitFor();
  });

  test("a long list grows while it is scrolled", async () => {
    const lin = await stage.arriveAsOwner("Lin", "Long");
    const { page } = lin;
    const { projects } = (await stage.clientOf(lin)).workspace(lin.workspaceId);
    for (let number = 1; number <= 45; number++) await projects.create.mutate({ name: `Project ${number}` });

    await page.reload();
    await page.getByText("Project 45", { exact: true }).waitFor();
    const rows = page.locator(".row strong");
    expect(await rows.count()).toBeLessThan(45);
    const first = page.getByText("Project 1", { exact: true });
    while ((await first.count()) === 0) await page.mouse.wheel(0, 2_000);
    expect(new Set(await rows.allInnerTexts()).size).toBe(45);
  });

  test("credits and payments say what is there and what is not", async () => {
    const { page, workspaceId, takeRefusals } = await stage.arriveAsOwner("Cara", "Credits");
    await page.getByRole("link", { name: "Credits" }).click();
    await page.getByRole("spinbutton", { name: "Credits" }).fill("10");
    await page.getByLabel("What for").fill("A picture");
    await page.getByRole("button", { name: "Spend" }).click();
    await page.getByText("10 credits are missing.").waitFor();
    await page.getByRole("button", { name: "Buy Team by Card" }).click();
    await page.getByText("This installation does not take payments this way.").waitFor();
    expect(takeRefusals()).toEqual(["402 credits.spend", "404 billing.checkout"]);

    await stage.admin.admin.credits.adjust.mutate({ workspaceId, credits: 1_500, reason: "A welcome gift" });
    await page.getByText("A welcome gift").waitFor();
    await page.getByRole("button", { name: "Spend" }).click();
    await page.getByText("1,490").first().waitFor();
    await stage.shoot(page, "credits");
  });

  test("who signs out in one tab has signed out in all, and the next user sees nothing of him", async () => {
    const ada = await stage.arriveAsOwner("Uma", "Private");
    await createProject(ada.page, "My diary");
    const other = await ada.openTab(ada.page.url());
    await other.getByText("My diary").waitFor();

    await ada.page.getByRole("button", { name: "Sign out" }).click();
    await ada.page.getByRole("heading", { name: "Sign in" }).waitFor();
    await other.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await other.getByText("My diary").count()).toBe(0);

    await ada.page.getByRole("link", { name: "Sign in" }).click();
    await ada.page.getByLabel("E-mail address").fill("vera@example.com");
    await ada.page.getByLabel("First name").fill("Vera");
    await ada.page.getByRole("button", { name: "Sign up and continue" }).click();
    await ada.page.getByText("This workspace is closed to you").waitFor();
    expect(await ada.page.getByText("My diary").count()).toBe(0);
    await other.getByText("This workspace is closed to you").waitFor();
    ada.takeRefusals();
  });

  test("whoever ends a session from another browser sends that one back to the sign-in at once", async () => {
    const yara = await stage.arriveAsOwner("Yara", "Two browsers");
    const elsewhere = await stage.arrive("Yara");
    await elsewhere.page.goto(yara.page.url());
    await untilLive(elsewhere.page);

    await yara.page.getByRole("link", { name: "Yara" }).click();
    await yara.page.getByRole("button", { name: "Sign out there" }).click();
    await yara.page.getByText("That session is over.").waitFor();

    await elsewhere.page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(elsewhere.takeRefusals().join()).toMatch(/^401 /);
  });

  test.each(["light", "dark"] as const)("every text can be read in %s, and on a telephone", async (theme) => {
    const { page, workspaceId } = await stage.arriveAsOwner(
      theme === "light" ? "Lucia" : "Nyx",
      `In ${theme}`,
    );
    await createProject(page, "Atlas");
    await page.getByRole("radio", { name: theme === "light" ? "Light" : "Dark" }).check({ force: true });
    for (const place of ["projects", "members", "keys", "credits", "audit", "settings"]) {
      await page.goto(`${stage.home}/workspaces/${workspaceId}/${place}`);
      await untilLive(page);
      const { faint, texts } = await faintTexts(page);
      expect(texts).toBeGreaterThan(12);
      expect(faint, place).toEqual([]);
      await stage.shoot(page, `${theme}-${place}`);
    }
    await page.setViewportSize({ width: 375, height: 720 });
    for (const place of ["projects", "members", "credits"]) {
      await page.goto(`${stage.home}/workspaces/${workspaceId}/${place}`);
      await untilLive(page);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(375);
      await stage.shoot(page, `${theme}-${place}-on-a-telephone`);
    }
  });

  /** An owner and a member of his workspace, both at its projects. */
  async function twoMembers(workspaceName: string) {
    const ada = await stage.arriveAsOwner(`${workspaceName}-Ada`, workspaceName);
    const bob = await stage.arrive(`${workspaceName}-Bob`);
    const adaApi = await stage.clientOf(ada);
    const { workspaceId } = ada;
    const { id: invitationId } = await adaApi.invitations.create.mutate({
      workspaceId,
      email: bob.email,
      role: "member",
    });
    await bob.page.goto(`${stage.home}/invitations/${invitationId}`);
    await bob.page.getByRole("button", { name: "Accept" }).click();
    await untilLive(bob.page);
    return { ada, bob, adaApi };
  }
});

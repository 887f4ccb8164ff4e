import { ROLE_PERMISSIONS, learnWords } from "@gatehouse/shared";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { createGatehouse } from "../../server/src/create-gatehouse.ts";
import { appRouter } from "../../server/src/router.ts";
import { adminProcedure, publicProcedure } from "../../server/src/trpc/procedures.ts";
import { router } from "../../server/src/trpc/router.ts";
import { makeEmbeddedFolder } from "../support/database.ts";
import { openLogBook } from "../support/log-book.ts";

const greet = publicProcedure
  .meta({ summary: "Say hello" })
  .output(z.string())
  .query(() => "hello");
const open = adminProcedure
  .meta({ summary: "Open everything" })
  .output(z.string())
  .query(() => "open");

test("without features it is the product as it stands", () => {
  expect(createGatehouse().router).toBe(appRouter);
});

test("a feature stands beside ours", () => {
  const { router: whole } = createGatehouse({
    features: [{ procedures: { hello: router({ greet }) }, adminProcedures: { doors: router({ open }) } }],
  });

  const paths = Object.keys(whole._def.procedures as object);
  expect(paths).toEqual(expect.arrayContaining(["hello.greet", "admin.doors.open", "projects.create"]));
});

test.each([
  ["a feature of ours", { procedures: { projects: router({ greet }) } }],
  ["the part for admins", { procedures: { admin: router({ open }) } }],
  ["a part of that", { adminProcedures: { users: router({ open }) } }],
])("a feature cannot take the place of %s", (_, feature) => {
  expect(() => createGatehouse({ features: [feature] })).toThrow("two features are called");
});

test("a procedure for admins stands among those for admins, where guesses at their key are counted", () => {
  expect(() => createGatehouse({ features: [{ procedures: { doors: router({ open }) } }] })).toThrow(
    "doors.open",
  );
  expect(() => createGatehouse({ features: [{ adminProcedures: { hello: router({ greet }) } }] })).toThrow(
    "admin.hello.greet",
  );
});

test("a feature cannot change who may do what is ours, nor what our refusals mean", () => {
  expect(() => learnWords({ permissions: { "workspace:delete": "viewer" } })).toThrow("workspace:delete");
  expect(() => learnWords({ errors: { NOT_FOUND: { status: 400, title: "Odd", detail: "Odd." } } })).toThrow(
    "NOT_FOUND",
  );
  expect(() => learnWords({ subjects: { ticket: "tickets:reed" } })).toThrow("tickets:reed");

  expect(ROLE_PERMISSIONS.viewer.has("workspace:delete")).toBe(false);
});

test("a price list with a flaw is refused before anything is opened", () => {
  const pack = { id: "ten", name: "Ten", credits: 10, price: { amount: 500, currency: "eur" } };
  expect(() => createGatehouse({ plans: [pack, pack] })).toThrow("Two packs have one id");
});

test("a product's packs are sold where PLANS_FILE is blank, which is as good as not set", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await makeEmbeddedFolder(join(folder, "database"));
  const pack = { id: "ten", name: "Ten", credits: 10, price: { amount: 500, currency: "eur" } };
  const config = { PORT: "0", LOCAL_CLERK_PORT: "0", DATA_DIR: folder, PLANS_FILE: " " };
  const product = createGatehouse({ plans: [pack], config, log: openLogBook().log });
  onTestFinished(product.close);

  const { services } = await product.listen();

  expect(services.config.payments.packs).toEqual([pack]);
});

import { Validator } from "@seriousme/openapi-schema-validator";
import { COMMON_ERRORS, GUARD_ERRORS } from "@gatehouse/shared";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { fromWire } from "../../server/src/rest/names.ts";
import { operationIdOf } from "../../server/src/rest/openapi/operation.ts";
import { printOpenApi } from "../../server/src/rest/openapi/document.ts";
import { isRepeatable, readRoutes } from "../../server/src/rest/routes.ts";
import type { RestRoute } from "../../server/src/rest/routes.ts";
import { appRouter } from "../../server/src/router.ts";
import { everyProcedure } from "../support/procedures.ts";
import { send } from "../support/raw.ts";

interface Operation {
  operationId: string;
  summary: string;
  security: object[];
  parameters?: { name?: string; in?: string; $ref?: string }[];
  requestBody?: { content: { "application/json": { example: unknown } } };
  responses: Record<string, { $ref?: string; content?: { "application/json": { example: unknown } } }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: {
    responses: Record<string, { content: Record<string, { examples: Record<string, unknown> }> }>;
  };
}

const text = printOpenApi(appRouter);
const document = JSON.parse(text) as Document;
const routes = readRoutes(appRouter);

function operationOf({ method, path }: RestRoute): Operation {
  return document.paths[`/api/v1${path}`]![method.toLowerCase()]!;
}

test("the description is valid OpenAPI 3.1", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(text);
  expect(errors).toBeUndefined();
  expect([valid, validator.version]).toEqual([true, "3.1"]);
});

test("the server gives out the description that is in the repository, the same each time it is printed", async () => {
  const committed = await readFile(new URL("../../docs/openapi.json", import.meta.url), "utf8");
  expect(printOpenApi(appRouter)).toBe(text);
  expect(committed, "run `npm run generate`").toBe(text);
  expect((await send("/openapi.json")).text).toBe(text);
});

test("every procedure has a REST path, but for those that are left out on purpose", () => {
  const without = everyProcedure().filter(({ meta }) => meta.rest === undefined);
  // A stream goes on for as long as somebody listens; REST answers once.
  expect(without.map(({ path }) => path)).toEqual(["events.subscribe"]);
});

test("the answers that are kept for a repeated call hold no secret", () => {
  const secret = routes.filter((route) => route.card.kind === "mutation" && !isRepeatable(route));
  expect(
    secret
      .filter(({ input }) => input.properties?.["idempotencyKey"] === undefined)
      .map(({ card }) => card.path),
  ).toEqual([
    "apiKeys.create",
    "apiKeys.rotate",
    "admin.accessCodes.create",
    "admin.users.createSignInToken",
  ]);
});

test.each(routes.map((route) => [route.card.path, route] as const))(
  "%s is described whole",
  (path, route) => {
    const operation = operationOf(route);

    expect(operation).toMatchObject({ operationId: operationIdOf(path), summary: route.card.summary });
    expect(operation.security.length).toBeGreaterThan(0);
    const named = (operation.parameters ?? []).filter((each) => each.in === "path").map(({ name }) => name);
    expect(named.map((name) => `{${name}}`)).toEqual(
      [...route.path.matchAll(/\{\w+\}/g)].map(([name]) => name),
    );
  },
);

test.each(routes.map((route) => [route.card.path, route] as const))(
  "%s is described with every code that it can answer",
  (_path, route) => {
    const refusals = Object.values(operationOf(route).responses).flatMap(({ $ref }) =>
      $ref === undefined ? [] : [document.components.responses[$ref.replace("#/components/responses/", "")]!],
    );
    const described = new Set(
      refusals.flatMap(({ content }) => Object.keys(content["application/problem+json"]!.examples)),
    );
    // Where no body is sent it cannot be too large, and a path that names the workspace leaves nothing to name.
    const depends = new Set(["PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "WORKSPACE_REQUIRED"]);
    const answered = [...COMMON_ERRORS, ...GUARD_ERRORS[route.card.guard], ...route.card.errors];
    expect(answered.filter((code) => !described.has(code) && !depends.has(code))).toEqual([]);
  },
);

test.each(routes.map((route) => [route.card.path, route] as const))(
  "the examples of %s are good ones",
  (_path, route) => {
    const operation = operationOf(route);
    const body = operation.requestBody?.content["application/json"].example;
    const [input] = route.card.inputs;
    if (body !== undefined && input !== undefined) {
      const { value, strangers } = fromWire(body, route.inputShape);
      const id = "0199c0f4-2b7e-7c1a-9d3f-5a1e8b6c4d20";
      const inPath = Object.fromEntries([...route.inPath].map((name) => [name, id]));
      const idempotencyKey =
        route.input.required?.includes("idempotencyKey") === true ? { idempotencyKey: "order-1" } : {};
      expect(strangers).toEqual([]);
      expect(input.safeParse({ ...(value as object), ...inPath, ...idempotencyKey }).error).toBeUndefined();
    }
    const answer = Object.values(operation.responses).find(({ content }) => content !== undefined);
    const example = answer?.content?.["application/json"].example;
    if (example !== undefined)
      expect(route.card.output.safeParse(fromWire(example, route.outputShape).value).error).toBeUndefined();
  },
);

test("no name of ours has slipped into it", () => {
  const schemas = JSON.stringify(document.paths) + JSON.stringify(document.components);
  expect(schemas.match(/"name":"[a-z]+[A-Z]\w*"/g) ?? []).toEqual([]);
  expect(schemas).not.toContain("$defs");
});

import type { AnyRouter } from "@trpc/server";
import { z } from "zod";
import type { WireSchema } from "../../trpc/wire-schema.ts";
import { Problem } from "../problem.ts";
import { BASE, readRoutes } from "../routes.ts";
import type { RestRoute } from "../routes.ts";
import { toWireSchema } from "./components.ts";
import { describeOperation, tagOf } from "./operation.ts";
import type { Describing } from "./operation.ts";

const ABOUT = `The same procedures as the tRPC endpoint, for curl, Python and other languages.

Names are in snake_case. Instants are ISO 8601 in UTC. Lists take \`cursor\` and \`limit\` and answer \`next_cursor\`, which
is null at the end; the next page also stands in the \`Link\` header. Refusals are problem documents (RFC 9457): \`code\`
says precisely what is wrong, and never changes its meaning.

Where a path carries no workspace, the header \`X-Workspace-Id\` names it. Without it an API key means its own workspace
and a user the only one that he is in.`;

/** The description of the facade, the same text for the same router. */
export function printOpenApi(router: AnyRouter): string {
  return `${JSON.stringify(describeRoutes(readRoutes(router)), null, 2)}\n`;
}

function describeRoutes(routes: readonly RestRoute[]): object {
  const names = new Set(
    routes.flatMap(({ inputShape, outputShape }) => [
      ...inputShape.fields.keys(),
      ...outputShape.fields.keys(),
    ]),
  );
  const describing: Describing = {
    routes,
    components: { schemas: new Map(), names },
    responses: new Map(),
  };
  const paths = describePaths(describing);
  describing.components.schemas.set("Problem", problemSchema(describing));
  return {
    openapi: "3.1.0",
    info: {
      title: "Gatehouse",
      version: "1",
      description: ABOUT,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "The server that gave you this document" }],
    tags: [...new Set(routes.map(tagOf))].toSorted(inAlphabet).map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      parameters: PARAMETERS,
      headers: HEADERS,
      responses: sorted(describing.responses),
      schemas: sorted(describing.components.schemas),
    },
  };
}

/** In the order of the router; the methods of one path stand together. */
function describePaths(describing: Describing): object {
  const paths = new Map<string, Record<string, object>>();
  for (const route of describing.routes) {
    const path = BASE + route.path;
    const operation = describeOperation(route, describing);
    paths.set(path, { ...paths.get(path), [route.method.toLowerCase()]: operation });
  }
  return Object.fromEntries(paths);
}

function problemSchema({ components }: Describing): WireSchema {
  return toWireSchema(z.toJSONSchema(Problem), { named: new Map(), side: "output", components });
}

function sorted<Value>(map: ReadonlyMap<string, Value>): Record<string, Value> {
  return Object.fromEntries([...map].toSorted(([one], [other]) => inAlphabet(one, other)));
}

function inAlphabet(one: string, other: string): number {
  return one < other ? -1 : 1;
}

const SECURITY_SCHEMES = {
  bearer: {
    type: "http",
    scheme: "bearer",
    description: "A Clerk session token, an OAuth access token, an API key, or a JWT signed with an API key.",
  },
  adminKey: {
    type: "apiKey",
    in: "header",
    name: "X-Admin-Key",
    description: "For those who run this installation.",
  },
};

const PARAMETERS = {
  WorkspaceId: {
    name: "X-Workspace-Id",
    in: "header",
    description: "The workspace that is meant. It may be left out where only one can be.",
    schema: { type: "string", format: "uuid" },
  },
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description: "Makes a repeated call harmless. Where the body has an `idempotency_key`, it is the same.",
    schema: { type: "string", minLength: 1, maxLength: 200 },
  },
  IfMatch: {
    name: "If-Match",
    in: "header",
    description: "The `ETag` that was read: the change is made only if nobody else has made one since.",
    schema: { type: "string" },
    example: '"1"',
  },
};

const HEADERS = {
  RequestId: { description: "The name of this request in our logs.", schema: { type: "string" } },
  Location: {
    description: "Where what was made can be read.",
    schema: { type: "string", format: "uri-reference" },
  },
  ETag: { description: "The version, for `If-Match`.", schema: { type: "string" } },
  Link: { description: 'The next page, as `rel="next"`. Missing at the end.', schema: { type: "string" } },
  Authenticate: { description: "What is wrong with the credential (RFC 6750).", schema: { type: "string" } },
  RetryAfter: { description: "Seconds after which it is worth trying again.", schema: { type: "integer" } },
};

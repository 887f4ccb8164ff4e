import { callTRPCProcedure, getTRPCErrorFromUnknown } from "@trpc/server";
import type { AnyRouter } from "@trpc/server";
import { chooseWorkspace } from "../access/choose-workspace.ts";
import { enterAdmin } from "../access/enter-admin.ts";
import { refusalOf } from "../access/enter-user.ts";
import { AppError } from "../base/app-error.ts";
import type { Asker, RequestContext } from "../trpc/context.ts";
import { toAppError } from "../trpc/errors.ts";
import { AnsweredBefore } from "../trpc/repeatable.ts";
import { toResponse } from "./answer.ts";
import { matchRoute } from "./match.ts";
import { toWirePath } from "./names.ts";
import type { Place } from "./prefixes.ts";
import { readInput } from "./read-input.ts";
import type { RestCall } from "./read-input.ts";
import { isRepeatable, readRoutes } from "./routes.ts";
import type { RestRoute } from "./routes.ts";

/** The procedures of a router in the language of HTTP. */
export interface Facade {
  routes: readonly RestRoute[];
  /**
   * @throws what the procedure throws, and AppError for what is refused before it is reached
   */
  answer: (request: Request, place: Place, ctx: RequestContext) => Promise<Response>;
}

/** A method that this path does not take; `allowed` are those that it does. */
export class OtherMethod extends AppError {
  readonly allowed: readonly string[];

  constructor(allowed: readonly string[]) {
    super("METHOD_NOT_ALLOWED");
    this.allowed = allowed;
  }
}

export function openFacade(router: AnyRouter): Facade {
  const routes = readRoutes(router);
  const answer: Facade["answer"] = async (request, place, ctx) => {
    // HEAD is answered as GET; the server leaves the body out.
    const method = request.method === "HEAD" ? "GET" : request.method;
    const match = matchRoute(routes, { method, path: place.path });
    switch (match.kind) {
      case "nothing":
        await askFirst(place, ctx);
        throw new AppError("NOT_FOUND");
      case "otherMethod":
        throw new OtherMethod(match.allowed.flatMap((each) => (each === "GET" ? ["GET", "HEAD"] : [each])));
      case "route": {
        const { route, params } = match;
        const url = new URL(request.url);
        const output = await callProcedure(router, { route, params, request, query: url.searchParams }, ctx);
        return toResponse(output, { route, routes, url });
      }
    }
  };
  return { routes, answer };
}

/**
 * Calls the procedure itself, with its guard, its limits and its own look at the input. The request is read when
 * the procedure asks for its input, which is after the guard has seen who asks: nobody learns anything from a bad body.
 */
async function callProcedure(router: AnyRouter, call: RestCall, ctx: RequestContext): Promise<unknown> {
  const { card, inputShape } = call.route;
  const repeatKey = isRepeatable(call.route) ? call.request.headers.get("idempotency-key") : null;
  const input = once(() => readWhole(call, ctx));
  try {
    return await callTRPCProcedure({
      router,
      ctx: { ...ctx, repeatKey },
      path: card.path,
      type: card.kind,
      getRawInput: input.read,
      signal: call.request.signal,
      batchIndex: 0,
    });
  } catch (error) {
    const thrown = getTRPCErrorFromUnknown(error);
    if (thrown.cause instanceof AnsweredBefore) return thrown.cause.answer;
    const refusal = toAppError(thrown);
    // What was refused while reading stands in the caller's own words already.
    if (refusal === input.failure() || refusal.fields === undefined) throw refusal;
    const fields = refusal.fields.map(({ path, message }) => ({
      path: toWirePath(path, inputShape),
      message,
    }));
    throw refusal.with({ fields });
  }
}

/** The input, and the workspace that is meant where none is named. */
async function readWhole(call: RestCall, { asker, services }: RequestContext): Promise<unknown> {
  const input = await readInput(call);
  if (call.route.card.guard !== "workspace" || input["workspaceId"] !== undefined) return input;
  const { pool } = services.database;
  const workspaceId = await chooseWorkspace({ principal: await asker.principal(), user: asker.user, pool });
  return workspaceId === null ? input : { ...input, workspaceId };
}

/** A procedure asks for its input several times, and a body can be read once. */
function once(read: () => Promise<unknown>): { read: () => Promise<unknown>; failure: () => unknown } {
  let reading: Promise<unknown> | undefined;
  let failure: unknown;
  const note = (error: unknown): never => {
    failure = error;
    throw error;
  };
  return { read: () => (reading ??= read().catch(note)), failure: () => failure };
}

/** Under a documented path nobody is told what is missing before he has said who he is. */
async function askFirst({ asks }: Place, { asker }: RequestContext): Promise<void> {
  switch (asks) {
    case "nobody":
      return;
    case "admin":
      await enterAdmin(asker);
      return;
    case "anybody":
      await askAnybody(asker);
  }
}

async function askAnybody(asker: Asker): Promise<void> {
  const principal = await asker.principal();
  switch (principal.kind) {
    case "anonymous":
      throw new AppError("UNAUTHORIZED");
    case "rejected":
      throw refusalOf(principal);
    case "user":
      await asker.user();
      return;
    case "organization":
    case "apiKey":
    case "machine":
  }
}

import { Hono } from "hono";
import type { MiddlewareHandler } from "hono";
import { errorBody } from "../errors.ts";
import { isLoopbackOrigin } from "../guard.ts";
import { json } from "../http.ts";
import { clientRoutes } from "./client.ts";
import { oauthRoutes } from "./oauth.ts";
import { signInRoutes } from "./sign-in.ts";
import type { Instance } from "../instance.ts";

/**
 * Clerk's Frontend API and its sign-in page. Nothing here asks for a password: it is for the one developer at this
 * machine, who may be whomever the program under test needs. That is why the guard lets only this machine in.
 */
export function frontendApi(instance: Instance): Hono {
  const routes = new Hono();
  for (const path of ["/v1/client/*", "/oauth/token", "/oauth/userinfo", "/.well-known/*"]) {
    routes.use(path, loopbackPagesOnly);
  }
  routes.route("/", clientRoutes(instance));
  routes.route("/", oauthRoutes(instance));
  routes.route("/", signInRoutes(instance));
  return routes;
}

/**
 * CORS for pages that this machine serves on whatever port. A page of the internet is refused even where reading the
 * answer would do no harm to it: the request itself could sign somebody in or out.
 */
const loopbackPagesOnly: MiddlewareHandler = async (c, next) => {
  const origin = c.req.header("origin");
  if (origin === undefined) return next();
  if (!isLoopbackOrigin(origin)) {
    return json(errorBody("origin_invalid", "Only pages of this machine are answered"), 403);
  }
  const headers = { "access-control-allow-origin": origin, vary: "Origin" };
  if (c.req.method === "OPTIONS") {
    return new Response(null, {
      status: 204,
      headers: {
        ...headers,
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "authorization, content-type",
        "access-control-max-age": "600",
      },
    });
  }
  await next();
  for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
  return undefined;
};

import { Hono } from "hono";
import { backendApi } from "./backend-api/routes.ts";
import { ClerkError, errorBody } from "./errors.ts";
import { frontendApi } from "./frontend-api/routes.ts";
import { guard } from "./guard.ts";
import { json } from "./http.ts";
import { localApi } from "./local-api/routes.ts";
import type { Instance } from "./instance.ts";
import type { LocalParts } from "./local-api/routes.ts";

export interface AppParts extends LocalParts {
  instance: Instance;
  port: () => number;
  log: (line: string) => void;
}

/**
 * The door, in this order: who may come in at all (guard), what is noted and what is broken on purpose (watch), then
 * the three parts. The Frontend API comes before the Backend API because `/v1/client` needs no secret key.
 */
export function buildApp(parts: AppParts): Hono {
  const app = new Hono();
  app.use(guard(parts.port));
  app.use(parts.watch.middleware);
  app.route("/__local", localApi(parts));
  app.route("/", frontendApi(parts.instance));
  app.route("/", backendApi(parts.instance));
  app.notFound(() => json(errorBody("resource_not_found", "There is nothing at this address"), 404));
  app.onError((error) => {
    if (error instanceof ClerkError) {
      return json(errorBody(error.code, error.message, error.paramName), error.status);
    }
    parts.log(`The local identity provider failed: ${error.stack ?? error.message}`);
    return json(errorBody("internal_clerk_error", "The local identity provider failed"), 500);
  });
  return app;
}

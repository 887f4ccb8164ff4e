import { Hono } from "hono";
import { json, page, readBody, sort } from "../http.ts";
import { createJwtTemplate, deleteJwtTemplate, getJwtTemplate } from "../resources/jwt-templates.ts";
import { SaveJwtTemplate, updateJwtTemplate } from "../resources/jwt-templates.ts";
import { createOauthApplication, CreateOauthApplication } from "../resources/oauth-applications.ts";
import { deleteOauthApplication, describeOauthApplication } from "../resources/oauth-applications.ts";
import { getOauthApplication, rotateClientSecret } from "../resources/oauth-applications.ts";
import { updateOauthApplication, UpdateOauthApplication } from "../resources/oauth-applications.ts";
import type { Instance } from "../instance.ts";
import type { OauthApplication } from "../shapes-machine.ts";

/** What one otherwise sets up in Clerk's dashboard: OAuth applications and JWT templates. */
export function oauthApplicationRoutes(instance: Instance): Hono {
  const routes = new Hono();
  const shown = (application: OauthApplication, withSecret = false): Response =>
    json(describeOauthApplication(instance, application, withSecret));

  routes.get("/", (c) => {
    const query = new URL(c.req.url).searchParams;
    const all = sort([...instance.tables.oauthApplications.values()], query, "-created_at");
    const { data, total_count } = page(all, query);
    return json({ data: data.map((one) => describeOauthApplication(instance, one)), total_count });
  });
  routes.post("/", async (c) =>
    shown(createOauthApplication(instance, await readBody(c, CreateOauthApplication)), true),
  );
  routes.get("/:id", (c) => shown(getOauthApplication(instance, c.req.param("id"))));
  routes.patch("/:id", async (c) => {
    const input = await readBody(c, UpdateOauthApplication);
    return shown(updateOauthApplication(instance, c.req.param("id"), input));
  });
  routes.post("/:id/rotate_secret", (c) => shown(rotateClientSecret(instance, c.req.param("id")), true));
  routes.delete("/:id", (c) => json(deleteOauthApplication(instance, c.req.param("id"))));
  return routes;
}

export function jwtTemplateRoutes(instance: Instance): Hono {
  const routes = new Hono();
  routes.get("/", (c) => {
    const query = new URL(c.req.url).searchParams;
    const asked = page([...instance.tables.jwtTemplates.values()], query);
    return json(query.get("paginated") === "true" ? asked : asked.data);
  });
  routes.post("/", async (c) => json(createJwtTemplate(instance, await readBody(c, SaveJwtTemplate))));
  routes.get("/:id", (c) => json(getJwtTemplate(instance, c.req.param("id"))));
  routes.patch("/:id", async (c) => {
    const input = await readBody(c, SaveJwtTemplate);
    return json(updateJwtTemplate(instance, c.req.param("id"), input));
  });
  routes.delete("/:id", (c) => json(deleteJwtTemplate(instance, c.req.param("id"))));
  return routes;
}

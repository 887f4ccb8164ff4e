import type { Hono } from "hono";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { printOpenApi } from "../rest/openapi/document.ts";
import type { Services } from "../services.ts";
import type { Door } from "./door.ts";

/** The page's own files come from here, and it calls nobody else: it works without any other network. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // Swagger UI writes styles into its elements.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Gatehouse API</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
    <script src="/docs/swagger-ui-bundle.js" defer></script>
    <script src="/docs/start.js" defer></script>
  </head>
  <body>
    <noscript>This page needs JavaScript. The description itself is at <a href="/openapi.json">/openapi.json</a>.</noscript>
    <div id="page"></div>
  </body>
</html>
`;

/** A pasted token lives in this tab only; it is forgotten when the page is closed. */
const START = `const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#page",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

/** `/openapi.json`, and `/docs`: a page to read it and to try it. */
export function addDocs(app: Hono<Door>, { router }: Pick<Services, "router">): void {
  let description: string | undefined;
  app.get("/openapi.json", (c) => {
    description ??= printOpenApi(router);
    return c.body(description, 200, { "Content-Type": "application/json" });
  });
  for (const path of ["/docs", "/docs/"])
    app.get(path, (c) => c.html(PAGE, 200, { "Content-Security-Policy": POLICY }));
  app.get("/docs/start.js", (c) => c.body(START, 200, { "Content-Type": "text/javascript" }));
  app.get("/docs/swagger-ui.css", async (c) =>
    c.body(await asset("swagger-ui.css"), 200, { "Content-Type": "text/css" }),
  );
  app.get("/docs/swagger-ui-bundle.js", async (c) =>
    c.body(await asset("swagger-ui-bundle.js"), 200, { "Content-Type": "text/javascript" }),
  );
}

function asset(name: "swagger-ui.css" | "swagger-ui-bundle.js"): Promise<string> {
  return readFile(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`)), "utf8");
}

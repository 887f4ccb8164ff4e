import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";
import type { ProxyOptions } from "vite";

export default defineConfig(({ mode }) => {
  const { GATEHOUSE_URL: target = "http://127.0.0.1:3000" } = loadEnv(
    mode,
    import.meta.dirname,
    "GATEHOUSE_",
  );
  const proxy = { "/trpc": toServer(target), "/readyz": toServer(target) };
  // The numbers, because `localhost` may mean an address of IPv6 that the server does not listen on.
  const host = "127.0.0.1";
  return {
    plugins: [react()],
    server: { host, proxy },
    preview: { host, proxy },
    build: { target: "es2023" },
  };
});

/** The page and the API have one origin here, so that a browser asks for no CORS. */
function toServer(target: string): ProxyOptions {
  return {
    target,
    configure: (server) => {
      // Vite answers 500 where nobody listens; 502 says what it is, and that it may pass.
      server.on("error", (_error, _request, response) => {
        if ("writeHead" in response && !response.headersSent) response.writeHead(502).end();
      });
      // A stream of events whose server has died would go on in silence.
      server.on("proxyRes", (answer, _request, response) => {
        answer.once("aborted", () => response.destroy());
      });
    },
  };
}

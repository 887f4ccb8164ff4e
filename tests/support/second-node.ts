import { readConfig } from "../../server/src/base/config.ts";
import { startServer } from "../../server/src/start.ts";
import type { RunningServer } from "../../server/src/start.ts";
import { LANE } from "./lane.ts";
import { openLogBook } from "./log-book.ts";
import type { TestServer } from "./server.ts";

/**
 * A second server on the same database, which believes the same Clerk instance. For `testOnPostgres`.
 *
 * @param databaseUrl another way to that database
 */
export function openSecondNode(
  { running, databaseUrl: sameUrl }: TestServer,
  databaseUrl = sameUrl,
): Promise<RunningServer> {
  const { clerk, config: first } = running.services;
  const config = readConfig({
    PORT: "0",
    DATABASE_URL: databaseUrl ?? "",
    CLERK_SECRET_KEY: clerk.secretKey.reveal(),
    CLERK_API_URL: clerk.apiUrl,
    CLERK_ISSUER: clerk.issuer,
    API_KEY_PEPPER: first.keyMaterial.peppers.map((each) => each.reveal()).join(","),
    CLERK_WEBHOOK_SIGNING_SECRET: clerk.webhookSecrets.map((each) => each.reveal()).join(","),
    ...LANE,
  });
  return startServer(config, { log: openLogBook().log });
}

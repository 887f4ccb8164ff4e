import { readEnvironment } from "../base/config.ts";
import type { Config } from "../base/config.ts";
import type { Environment } from "../base/settings.ts";
import { findInstance } from "./clerk-instance.ts";
import { checkClerk } from "./doctor/clerk.ts";
import { checkDatabase } from "./doctor/database.ts";
import { about, lineOf } from "./doctor/finding.ts";
import type { Finding } from "./doctor/finding.ts";
import { addressOf, checkServer, findServer } from "./doctor/server.ts";
import { checkSettings } from "./doctor/settings.ts";
import { checkWebhooks } from "./doctor/webhooks.ts";
import { reasonOf, runCommand } from "./run-command.ts";

/** `npm run doctor`: looks at everything that a server needs, says what to do, and fails if something is broken. */
await runCommand("npm run doctor", async () => {
  const env = readEnvironment();
  const { config, findings } = checkSettings(env);
  if (config !== null) findings.push(...(await checkSurroundings(config, env)));
  for (const finding of findings) process.stdout.write(`${lineOf(finding)}\n`);
  if (findings.some(({ state }) => state === "broken")) process.exitCode = 1;
});

async function checkSurroundings(config: Config, env: Environment): Promise<Finding[]> {
  const url = addressOf(env, config);
  const server = await findServer(url);
  const instance = await findInstance(config).catch((error: unknown) => reasonOf(error));
  return [
    checkServer(server, url),
    await checkDatabase(config, server),
    ...(typeof instance === "string"
      ? [about("clerk").warning(instance)]
      : [...(await checkClerk(instance)), ...(await checkWebhooks(instance, server))]),
  ];
}

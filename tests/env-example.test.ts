import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { readConfig } from "../server/src/base/config.ts";
import { ConfigError } from "../server/src/base/settings.ts";

/** Node's own, which is no setting of ours. */
const NOT_OURS = new Set(["NODE_ENV"]);

/** The names of the variables that are looked at in this environment, whether they are there or not. */
function namesReadIn(env: Record<string, string>): string[] {
  const read: string[] = [];
  const watched = new Proxy(env, {
    get: (target, name) => {
      read.push(String(name));
      return Reflect.get(target, name) as string | undefined;
    },
  });
  try {
    readConfig(watched);
  } catch (error) {
    // The values of an example are no good ones. All of them are read, nevertheless.
    if (!(error instanceof ConfigError)) throw error;
  }
  return read;
}

test(".env.example lists every setting that is read, and none that is not", async () => {
  const text = await readFile(resolve(import.meta.dirname, "../.env.example"), "utf8");
  const lines = [...text.matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)];
  const listed = lines.map(([, name = ""]) => name);
  const example = Object.fromEntries(lines.map(([, name = "", value = ""]) => [name, value]));

  const read = new Set([...namesReadIn({}), ...namesReadIn(example)].filter((name) => !NOT_OURS.has(name)));

  expect([...read].filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  expect(listed.filter((name) => !read.has(name))).toEqual([]);
  expect(new Set(listed).size).toBe(listed.length);
});

import { lintSource } from "@secretlint/core";
import { creator as recommended } from "@secretlint/secretlint-rule-preset-recommend";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { describe, expect, test } from "vitest";

function listFiles(): string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    encoding: "utf8",
  });
  return listed.trim().split("\n");
}

describe("secrets in the repository", () => {
  const SECRETS = ["@secretlint/secretlint-rule-preset-recommend"].map((id) => ({ id, rule: recommended }));

  /** What the linter takes for a secret, by kind. */
  async function secretsIn(filePath: string, content: string): Promise<string[]> {
    const { messages } = await lintSource({
      source: { filePath, content, ext: extname(filePath), contentType: "text" },
      options: { config: { rules: SECRETS } },
    });
    return messages.map(({ message, loc }) => `${filePath}:${loc.start.line} ${message.replace(/: .*/, "")}`);
  }

  test("there are none", async () => {
    const found: string[] = [];
    for (const file of listFiles()) {
      const content = await readFile(file, "utf8").catch(() => "");
      found.push(...(await secretsIn(file, content)));
    }
    expect(found).toEqual([]);
  });

  test("one that is there is seen", async () => {
    const token = ["ghp", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].join("_");
    expect(await secretsIn("notes.md", `token: ${token}`)).toHaveLength(1);
    expect(await secretsIn("server.pem", pem())).toHaveLength(1);
  });
});

/** A private key as it looks, put together here so that this file holds none. */
function pem(): string {
  const [begin, end] = ["BEGIN", "END"].map((word) => `-----${word} RSA PRIVATE KEY-----`);
  return `${begin}\n${"MIIEpAIBAAKCAQEA".repeat(40)}\n${end}\n`;
}

test("npm's list of parts has every package that a server needs, with its hash", async () => {
  const printed = execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const { bomFormat, components } = JSON.parse(printed) as {
    bomFormat: string;
    components: { name: string; version: string; hashes?: { alg: string }[] }[];
  };
  const { dependencies } = JSON.parse(await readFile("server/package.json", "utf8")) as {
    dependencies: Record<string, string>;
  };

  expect(bomFormat).toBe("CycloneDX");
  for (const [name, version] of Object.entries(dependencies)) {
    if (name.startsWith("@gatehouse/")) continue;
    const found = components.find((each) => each.name === name && each.version === version);
    expect(found?.hashes?.[0]?.alg, `${name}@${version}`).toBe("SHA-512");
  }
});

import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  /** A workspace of ours. */
  link?: boolean;
  deprecated?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const { packages } = JSON.parse(await readFile("package-lock.json", "utf8")) as {
  packages: Record<string, Locked>;
};
const installed = Object.entries(packages).filter(
  ([place, { link }]) => place.includes("node_modules/") && !link,
);

describe("what is installed", () => {
  test("comes from the public registry, and is what it was when it was chosen", () => {
    const elsewhere = installed.filter(
      ([, { resolved }]) => resolved !== undefined && !resolved.startsWith("https://registry.npmjs.org/"),
    );
    expect(elsewhere.map(([place]) => place)).toEqual([]);
    const unsigned = installed.filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ""));
    expect(unsigned.map(([place]) => place)).toEqual([]);
    expect(installed.length).toBeGreaterThan(200);
  });

  test("is chosen to the version, and none of it has been given up by its authors", () => {
    for (const [place, { dependencies, devDependencies }] of Object.entries(packages)) {
      if (place.includes("node_modules/")) continue;
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
        expect(version, `${name} of ${place || "the root"}`).toMatch(
          /^(npm:[\w@/-]+@)?\d+\.\d+\.\d+[\w.-]*$/,
        );
        expect(packages[`node_modules/${name}`]?.deprecated, `${name} is deprecated`).toBeUndefined();
      }
    }
  });
});

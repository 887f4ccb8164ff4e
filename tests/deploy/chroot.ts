import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { lstat, mkdir, readlink, symlink } from "node:fs/promises";
import { join } from "node:path";

/** What a stage has of its base image; here it is this machine's own. */
const BASE = ["bin", "sbin", "lib", "lib64", "usr", "etc", "opt", "root", "proc", "dev", "run", "tmp"];

export interface Place {
  /** The folder that is `/` of the stage. */
  root: string;
  /** The current folder, as the stage sees it. */
  folder: string;
  env: Record<string, string | undefined>;
  /** `1000:1000` */
  user?: string;
  /** Nothing can be written but these folders, as in a container with a read-only root. */
  writable?: readonly string[];
}

/** Makes the folder that will be `/`. */
export async function layBase(root: string): Promise<void> {
  for (const name of BASE) {
    const found = await lstat(`/${name}`).catch(() => null);
    if (found === null) continue;
    if (found.isSymbolicLink()) await symlink(await readlink(`/${name}`), join(root, name));
    else await mkdir(join(root, name), { recursive: true });
  }
}

/** Runs a program with the stage's folder as its `/`, in a mount namespace that goes when the program ends. */
export function runIn(
  { root, folder, env, user = "0:0", writable }: Place,
  command: readonly string[],
): ChildProcess {
  const mounts = BASE.map(
    (name) => `[ -L ${root}/${name} ] || [ ! -d /${name} ] || mount --rbind /${name} ${root}/${name}`,
  );
  const readOnly =
    writable === undefined
      ? []
      : [
          `mount --bind ${root} ${root}`,
          `mount -o remount,bind,ro ${root}`,
          ...writable.map((each) => `mount --bind ${root}.writable${each} ${root}${each}`),
        ];
  const script = [
    ...readOnly,
    ...mounts,
    `exec chroot --userspec=${user} ${root} /usr/bin/env -C ${folder} "$@"`,
  ];
  return spawn("unshare", ["--mount", "sh", "-ec", script.join("\n"), "sh", ...command], {
    env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
    stdio: ["ignore", "pipe", "pipe"],
  });
}

import { execFile, spawnSync } from "node:child_process";

/** Whether a program is there at all; tests of others' languages are skipped where it is not. */
export function has(program: string): boolean {
  return spawnSync(program, ["--version"]).status === 0;
}

/** Runs a program and gives back what it printed. A program that fails is a test that fails. */
export function run(program: string, words: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, [...words], (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program} failed: ${stderr || stdout}`, { cause: error }));
    });
    child.stdin?.end(input);
  });
}

/** What a script in another language has seen: the status and the parsed body. */
export interface Seen {
  status: number;
  json: unknown;
}

/** Real curl, with the words of an example. The status comes after the body, on a line of its own. */
export async function curl(...words: string[]): Promise<Seen> {
  const printed = await run("curl", ["-sS", "-w", "\n%{http_code}", ...words]);
  const at = printed.lastIndexOf("\n");
  return {
    status: Number(printed.slice(at + 1)),
    json: JSON.parse(printed.slice(0, at) || "null") as unknown,
  };
}

const PYTHON = `
import json, sys, urllib.error, urllib.request
call = json.load(sys.stdin)
data = json.dumps(call["json"]).encode() if "json" in call else None
request = urllib.request.Request(call["url"], data=data, headers=call["headers"], method=call["method"])
try:
    response = urllib.request.urlopen(request)
except urllib.error.HTTPError as error:
    response = error
print(json.dumps({"status": response.status, "json": json.loads(response.read() or b"null")}))
`;

/** Real Python with nothing but its standard library. */
export async function python(
  method: string,
  url: string,
  options: { headers?: Record<string, string>; json?: unknown } = {},
): Promise<Seen> {
  const printed = await run(
    "python3",
    ["-c", PYTHON],
    JSON.stringify({ method, url, headers: {}, ...options }),
  );
  return JSON.parse(printed) as Seen;
}

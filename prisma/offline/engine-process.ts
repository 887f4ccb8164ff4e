// What Prisma's command line says to its engine and hears from it: JSON-RPC, one line each, over standard input and output.
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { z } from "zod";
import { openEngine, Refusal } from "./engine-calls.ts";
import { connectOrExplain } from "./engine-connect.ts";

const Request = z.object({
  id: z.unknown().optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
});

const { values, positionals } = parseArgs({
  options: {
    datasource: { type: "string", default: "{}" },
    datamodels: { type: "string", multiple: true, default: [] },
    "enabled-preview-features": { type: "string" },
    "extension-types": { type: "string" },
    version: { type: "boolean", short: "V", default: false },
  },
  allowPositionals: true,
});
const { url = "" } = z.object({ url: z.string().optional() }).parse(JSON.parse(values.datasource));

if (values.version) process.stdout.write("schema-engine-cli wasm\n");
else if (positionals[0] === "cli") await connectOrExplain(url, positionals[1] === "create-database");
else await answerRequests();
// The databases in memory would keep the process.
process.exit();

async function answerRequests(): Promise<void> {
  const engine = openEngine(url, values.datamodels);
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === "") continue;
    const { id, method, params } = Request.parse(JSON.parse(line));
    // Without a method it is the answer to something that we printed.
    if (method === undefined) continue;
    try {
      const { result, printed } = await engine(method, params);
      if (printed !== null) say({ id: `print-${String(id)}`, method: "print", params: { content: printed } });
      say({ id, result });
    } catch (error) {
      say({ id, error: toRpcError(error) });
    }
  }
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

/** The shape of the native engine's answers; its command line prints `data`. */
function toRpcError(error: unknown): object {
  const { message, code = null, meta = {} } = Refusal.parse(error);
  // What follows is a trace through the engine's own source.
  const sentence = message.split("\n   0:")[0];
  const data = { is_panic: false, message: sentence, meta, error_code: code };
  return { code: 4466, message: "An error happened. Check the data field for details.", data };
}

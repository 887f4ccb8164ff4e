import { Client, DatabaseError } from "pg";

const NO_SUCH_DATABASE = "3D000";

/** Says by the exit code whether the database can be reached, and makes it where asked to and it is missing. */
export async function connectOrExplain(url: string, mayCreate: boolean): Promise<void> {
  try {
    await connect(url);
  } catch (error) {
    const missing = error instanceof DatabaseError && error.code === NO_SUCH_DATABASE;
    if (missing && mayCreate) return createDatabase(url);
    explain(missing ? "P1003" : "P1001", error);
  }
}

async function connect(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  await client.end();
}

async function createDatabase(url: string): Promise<void> {
  const address = new URL(url);
  const name = decodeURIComponent(address.pathname.slice(1));
  address.pathname = "/postgres";
  const client = new Client(address.href);
  await client.connect();
  await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  await client.end();
}

function explain(code: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const line = { level: "ERROR", target: "schema_engine::logger", fields: { error_code: code, message } };
  // The command line throws the first line away.
  process.stderr.write(`{}\n${JSON.stringify(line)}\n`);
  process.exitCode = 1;
}

import type { Client } from "pg";

/** How large a product has grown: so many tenants, and so much in each. */
export interface Growth {
  workspaces: number;
  /** Each is a user of his own; the first of a workspace is its owner, the others are members. */
  membersPerWorkspace: number;
  /** Of everything that grows for as long as a workspace is used: projects, audit lines, entries, events, usage. */
  rowsPerWorkspace: number;
}

const [USER, WORKSPACE, PROJECT, ENTRY, AUDIT, USAGE, KEY, INVITATION, PAYMENT, ACCOUNT, HOLD, SECRET] =
  Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(4, "0"));

/** The ids that `growTables` gives: whoever knows the number knows the id. */
export const grown = {
  workspaceId: (number: number): string => idOf(WORKSPACE, number),
  /** User n owns workspace n, as far as there are workspaces. */
  userId: (number: number): string => idOf(USER, number),
  clerkId: (number: number): string => `user_grown${String(number).padStart(10, "0")}`,
  /** Project n stands in workspace n, and so do the ones that are whole rounds of the workspaces further on. */
  projectId: (number: number): string => idOf(PROJECT, number),
  /** What workspace n holds, by the name of the field that asks for it. */
  idsOf: (number: number): Record<string, string> => ({
    workspaceId: idOf(WORKSPACE, number),
    projectId: idOf(PROJECT, number),
    apiKeyId: idOf(KEY, number),
    invitationId: idOf(INVITATION, number),
    holdId: idOf(HOLD, number),
  }),
};

/** A UUID v7 of the year 2024, so that whatever a test makes afterwards is newer. */
function idOf(kind: string | undefined, number: number): string {
  return `01900000-${kind}-7000-8000-${number.toString(16).padStart(12, "0")}`;
}

const id = (kind: string | undefined, number: string): string =>
  `('01900000-${kind}-7000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;

/**
 * Fills an empty, migrated database by plain SQL, in seconds for a million rows: without triggers and without looking
 * whether what a row refers to is there. Rows of the workspaces alternate, as they do where many work at once.
 *
 * @param client whoever may set `session_replication_role`: a superuser
 */
export async function growTables(client: Client, growth: Growth): Promise<void> {
  await client.query("SET session_replication_role = replica; SET synchronous_commit = off");
  for (const statement of statementsFor(growth)) await client.query(statement);
  await client.query("SET session_replication_role = DEFAULT; SET synchronous_commit = DEFAULT");
  // Autovacuum would come by in the middle of what is looked at.
  await client.query("VACUUM ANALYZE");
}

const from = (count: number): string => `FROM generate_series(1, ${count}) n`;

function statementsFor({ workspaces, membersPerWorkspace, rowsPerWorkspace }: Growth): string[] {
  const people = workspaces * membersPerWorkspace;
  const rows = workspaces * rowsPerWorkspace;
  const few = Math.max(1, Math.floor(rows / 10));
  const workspaceOf = id(WORKSPACE, `(n - 1) % ${workspaces} + 1`);
  const ownerOf = id(USER, `(n - 1) % ${workspaces} + 1`);
  const nth = `(n - 1) / ${workspaces} + 1`;
  const at = `timestamptz '2026-01-01' + n * interval '10 seconds'`;
  return [
    `INSERT INTO users (id, clerk_id, email, email_verified, name, has_product_access, clerk_updated_at, updated_at)
     SELECT ${id(USER, "n")}, 'user_grown' || lpad(n::text, 10, '0'), 'person' || n || '@example.com', true,
       'Person ' || n, true, '2026-01-01', '2026-01-01' ${from(people)}`,
    `INSERT INTO workspaces (id, name, slug, tier, created_at, updated_at)
     SELECT ${id(WORKSPACE, "n")}, 'Workspace ' || n, 'workspace-' || n, 'professional', ${at}, ${at} ${from(workspaces)}`,
    `INSERT INTO workspace_members (workspace_id, user_id, role, joined_at)
     SELECT ${workspaceOf}, ${id(USER, "n")}, (CASE WHEN n <= ${workspaces} THEN 'owner' ELSE 'member' END)::workspace_role, ${at}
     ${from(people)}`,
    `INSERT INTO projects (id, workspace_id, name, description, created_at, updated_at)
     SELECT ${id(PROJECT, "n")}, ${workspaceOf}, 'Project ' || n, 'What project ' || n || ' is about.', ${at}, ${at} ${from(rows)}`,
    `INSERT INTO audit_entries (id, workspace_id, action, actor_kind, actor_id, credential, target_type, target_id, created_at)
     SELECT ${id(AUDIT, "n")}, ${workspaceOf}, 'projects.create', 'user', ${ownerOf}::text, 'session', 'project',
       ${id(PROJECT, "n")}::text, ${at} ${from(rows)}`,
    `INSERT INTO audit_persons (user_id, email, name, updated_at)
     SELECT ${id(USER, "n")}, 'person' || n || '@example.com', 'Person ' || n, ${at} ${from(people)}`,
    `INSERT INTO workspace_feeds (workspace_id, last_number)
     SELECT ${id(WORKSPACE, "n")}, ${rowsPerWorkspace} ${from(workspaces)}`,
    `INSERT INTO workspace_events (workspace_id, number, action, target_type, target_id, created_at)
     SELECT ${workspaceOf}, ${nth}, 'projects.create', 'project', ${id(PROJECT, "n")}::text, now() ${from(rows)}`,
    `INSERT INTO credit_accounts (id, workspace_id, balance, entry_count, created_at)
     SELECT ${id(ACCOUNT, "n")}, ${id(WORKSPACE, "n")}, 1000 * ${rowsPerWorkspace}, ${rowsPerWorkspace}, ${at}
     ${from(workspaces)}`,
    `INSERT INTO credit_entries (id, account_id, number, amount, balance_after, reason, source, idempotency_key,
       fingerprint, actor_kind, created_at)
     SELECT ${id(ENTRY, "n")}, ${id(ACCOUNT, `(n - 1) % ${workspaces} + 1`)}, ${nth}, 1000, 1000 * (${nth}), 'Given',
       'adjustment', 'adjustment:' || n, 'none', 'adminKey', ${at} ${from(rows)}`,
    `INSERT INTO credit_holds (id, account_id, credits, state, reason, idempotency_key, fingerprint, expires_at, created_at)
     SELECT ${id(HOLD, "n")}, ${id(ACCOUNT, `(n - 1) % ${workspaces} + 1`)}, 1, 'captured', 'Held', 'hold:' || n, 'none', ${at}, ${at}
     ${from(few)}`,
    `INSERT INTO usage_events (id, workspace_id, meter, quantity, idempotency_key, fingerprint, created_at)
     SELECT ${id(USAGE, "n")}, ${workspaceOf}, 'pages', 1, 'key:' || n, 'none', ${at} ${from(rows)}`,
    `INSERT INTO usage_days (workspace_id, day, meter, quantity)
     SELECT ${workspaceOf}, current_date - (${nth})::int, 'pages', 10 ${from(rows)}`,
    `INSERT INTO webhook_events (provider, id, type, applied_at, outcome, subject, last_at, received_at)
     SELECT 'clerk', 'msg_' || n, 'user.updated', now(), 'applied', 'user_grown' || lpad((n % ${people} + 1)::text, 10, '0'),
       now(), now() ${from(rows)}`,
    `INSERT INTO api_keys (id, workspace_id, owner_id, name, scopes, tier, ip_allow, updated_at)
     SELECT ${id(KEY, "n")}, ${workspaceOf}, ${ownerOf}, 'Key ' || n, '{projects:read}', 'lite', '{}', ${at} ${from(few)}`,
    `INSERT INTO api_key_secrets (id, api_key_id, start, hash, pepper_id)
     SELECT ${id(SECRET, "n")}, ${id(KEY, "n")}, 'gk_test_', decode(md5(n::text), 'hex'), 'none' ${from(few)}`,
    `INSERT INTO invitations (id, workspace_id, email, role, invited_by_id, expires_at, created_at)
     SELECT ${id(INVITATION, "n")}, ${workspaceOf}, 'guest' || n || '@example.com', 'viewer', ${ownerOf}, '2099-01-01', ${at}
     ${from(few)}`,
    `INSERT INTO payments (id, provider, user_id, workspace_id, pack_id, credits, amount, currency, state, created_at)
     SELECT ${id(PAYMENT, "n")}, 'stripe', NULL, ${workspaceOf}, 'small', 1000, 1000, 'eur', 'paid', ${at} ${from(few)}`,
    `INSERT INTO sessions (id, clerk_user_id, status, clerk_updated_at)
     SELECT 'sess_grown' || n, 'user_grown' || lpad((n % ${people} + 1)::text, 10, '0'), 'active', ${at} ${from(few)}`,
    `INSERT INTO identity_tombstones (clerk_id, deleted_at) SELECT 'user_gone' || n, ${at} ${from(few)}`,
    `INSERT INTO access_codes (id, code_hash, start, max_redemptions, redemptions)
     SELECT gen_random_uuid(), decode(md5('code' || n), 'hex'), 'ABCD', 1, 1 ${from(few)}`,
    `INSERT INTO idempotency_records (caller, procedure, key, fingerprint, expires_at)
     SELECT 'user_grown' || n, 'projects.create', 'key', 'none', '2099-01-01' ${from(few)}`,
  ];
}

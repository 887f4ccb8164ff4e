CREATE TABLE tickets (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  title text NOT NULL,
  closed_at timestamptz(3),
  created_at timestamptz(3) NOT NULL
);

CREATE INDEX tickets_of_workspace ON tickets (workspace_id, id);

CREATE TABLE greetings (clerk_id text PRIMARY KEY);

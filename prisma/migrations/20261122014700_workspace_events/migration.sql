-- CreateTable
CREATE TABLE "workspace_feeds" (
    "workspace_id" UUID NOT NULL,
    "last_number" BIGINT NOT NULL,

    CONSTRAINT "workspace_feeds_pkey" PRIMARY KEY ("workspace_id")
);

-- CreateTable
CREATE TABLE "workspace_events" (
    "workspace_id" UUID NOT NULL,
    "number" BIGINT NOT NULL,
    "action" TEXT NOT NULL,
    "target_type" TEXT NOT NULL,
    "target_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "workspace_events_pkey" PRIMARY KEY ("workspace_id","number")
);

-- CreateIndex
CREATE INDEX "workspace_events_created_at_idx" ON "workspace_events"("created_at");

-- AddForeignKey
ALTER TABLE "workspace_feeds" ADD CONSTRAINT "workspace_feeds_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "workspace_events" ADD CONSTRAINT "workspace_events_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace_feeds"("workspace_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Every change leaves a line in the audit trail; from it comes the event. Deferred, so that the number is taken when the
-- transaction has done everything else: the feed is always the last thing that it locks, and locked for a moment only.
CREATE FUNCTION tell_of_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  next_number bigint;
BEGIN
  -- A workspace that is purged in this transaction has no feed any more.
  INSERT INTO workspace_feeds (workspace_id, last_number)
    SELECT id, 1 FROM workspaces WHERE id = NEW.workspace_id
    ON CONFLICT (workspace_id) DO UPDATE SET last_number = workspace_feeds.last_number + 1
    RETURNING last_number INTO next_number;
  IF next_number IS NULL THEN
    RETURN NULL;
  END IF;
  INSERT INTO workspace_events (workspace_id, number, action, target_type, target_id, created_at)
    VALUES (NEW.workspace_id, next_number, NEW.action, NEW.target_type, NEW.target_id, NEW.created_at);
  -- The bell only: who hears it reads the table.
  PERFORM pg_notify('gatehouse_changes', 'workspace:' || NEW.workspace_id);
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER audit_entries_tell AFTER INSERT ON audit_entries
  DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.workspace_id IS NOT NULL) EXECUTE FUNCTION tell_of_change();

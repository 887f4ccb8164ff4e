-- AlterTable
ALTER TABLE "workspace_feeds" ADD COLUMN "watched_until" TIMESTAMPTZ(3);

-- A bell holds up every other commit of the database until its own is on disk, so it is rung only where somebody watches.
-- Whoever watches says so in the feed's row, which a change holds until it is committed: he either waits for the change
-- and finds it, or the change finds him.
CREATE OR REPLACE FUNCTION tell_of_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  next_number bigint;
  is_watched boolean;
BEGIN
  -- A workspace that is purged in this transaction has no feed any more.
  INSERT INTO workspace_feeds (workspace_id, last_number)
    SELECT id, 1 FROM workspaces WHERE id = NEW.workspace_id
    ON CONFLICT (workspace_id) DO UPDATE SET last_number = workspace_feeds.last_number + 1
    RETURNING last_number, watched_until > clock_timestamp() INTO next_number, is_watched;
  IF next_number IS NULL THEN
    RETURN NULL;
  END IF;
  INSERT INTO workspace_events (workspace_id, number, action, target_type, target_id, created_at)
    VALUES (NEW.workspace_id, next_number, NEW.action, NEW.target_type, NEW.target_id, NEW.created_at);
  -- The bell only: who hears it reads the table.
  IF is_watched THEN
    PERFORM pg_notify('gatehouse_changes', 'workspace:' || NEW.workspace_id);
  END IF;
  RETURN NULL;
END $$;

-- CreateTable
CREATE TABLE "happenings" (
    "number" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "happenings_pkey" PRIMARY KEY ("number")
);

-- CreateIndex
CREATE INDEX "happenings_next_at_idx" ON "happenings"("next_at");

-- Whoever changes the table, by whatever way: the row is there with the change, and not without it.
CREATE FUNCTION note_happening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO happenings (kind, subject_id) VALUES (TG_ARGV[0], NEW.id);
  -- The bell only: who hears it reads the table.
  PERFORM pg_notify('gatehouse_changes', 'happenings');
  RETURN NULL;
END $$;

-- A row of 1970 stands for somebody of whom only a membership has told. He is there once Clerk has told of himself.
CREATE TRIGGER users_happened AFTER INSERT ON users FOR EACH ROW
  WHEN (NEW.clerk_updated_at > '1970-01-01T00:00:00Z' AND NEW.deleted_at IS NULL)
  EXECUTE FUNCTION note_happening('userCreated');
CREATE TRIGGER users_became_known AFTER UPDATE OF clerk_updated_at ON users FOR EACH ROW
  WHEN (OLD.clerk_updated_at <= '1970-01-01T00:00:00Z' AND NEW.clerk_updated_at > '1970-01-01T00:00:00Z'
    AND NEW.deleted_at IS NULL)
  EXECUTE FUNCTION note_happening('userCreated');

CREATE TRIGGER workspaces_happened AFTER INSERT ON workspaces FOR EACH ROW
  EXECUTE FUNCTION note_happening('workspaceCreated');

CREATE TRIGGER payments_made_paid AFTER INSERT ON payments FOR EACH ROW WHEN (NEW.state = 'paid')
  EXECUTE FUNCTION note_happening('paymentSettled');
CREATE TRIGGER payments_became_paid AFTER UPDATE OF state ON payments FOR EACH ROW
  WHEN (OLD.state <> 'paid' AND NEW.state = 'paid')
  EXECUTE FUNCTION note_happening('paymentSettled');

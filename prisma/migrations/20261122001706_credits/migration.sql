-- CreateEnum
CREATE TYPE "credit_source" AS ENUM ('purchase', 'refund', 'dispute', 'adjustment', 'spend', 'settlement');

-- CreateEnum
CREATE TYPE "credit_hold_state" AS ENUM ('open', 'captured', 'released', 'lapsed');

-- AlterTable
ALTER TABLE "webhook_events" ADD COLUMN     "details" JSONB,
ADD COLUMN     "review" TEXT;

-- CreateTable
CREATE TABLE "credit_accounts" (
    "id" UUID NOT NULL,
    "user_id" UUID,
    "workspace_id" UUID,
    "balance" BIGINT NOT NULL DEFAULT 0,
    "held" BIGINT NOT NULL DEFAULT 0,
    "owed" BIGINT NOT NULL DEFAULT 0,
    "entry_count" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "credit_accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "credit_entries" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "number" BIGINT NOT NULL,
    "amount" BIGINT NOT NULL,
    "balance_after" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "source" "credit_source" NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "actor_kind" "audit_actor" NOT NULL,
    "actor_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "credit_entries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "credit_holds" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "credits" BIGINT NOT NULL,
    "captured" BIGINT NOT NULL DEFAULT 0,
    "state" "credit_hold_state" NOT NULL DEFAULT 'open',
    "reason" TEXT NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "credit_holds_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "credit_accounts_user_id_key" ON "credit_accounts"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "credit_accounts_workspace_id_key" ON "credit_accounts"("workspace_id");

-- CreateIndex
CREATE UNIQUE INDEX "credit_entries_account_id_idempotency_key_key" ON "credit_entries"("account_id", "idempotency_key");

-- CreateIndex
CREATE UNIQUE INDEX "credit_entries_account_id_number_key" ON "credit_entries"("account_id", "number");

-- CreateIndex
CREATE INDEX "credit_entries_account_id_created_at_idx" ON "credit_entries"("account_id", "created_at");

-- CreateIndex
CREATE INDEX "credit_holds_state_expires_at_idx" ON "credit_holds"("state", "expires_at");

-- CreateIndex
CREATE INDEX "credit_holds_account_id_state_idx" ON "credit_holds"("account_id", "state");

-- CreateIndex
CREATE UNIQUE INDEX "credit_holds_account_id_idempotency_key_key" ON "credit_holds"("account_id", "idempotency_key");

-- AddForeignKey
ALTER TABLE "credit_entries" ADD CONSTRAINT "credit_entries_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "credit_accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credit_holds" ADD CONSTRAINT "credit_holds_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "credit_accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the ledger promises, held by the database too: a mistake in the application stops here.
ALTER TABLE "credit_accounts"
  ADD CONSTRAINT "credit_accounts_one_owner" CHECK (num_nonnulls("user_id", "workspace_id") = 1),
  ADD CONSTRAINT "credit_accounts_amounts" CHECK (
    0 <= "held" AND "held" <= "balance" AND "balance" <= 9007199254740991 AND 0 <= "owed"),
  ADD CONSTRAINT "credit_accounts_owed_first" CHECK ("owed" = 0 OR "balance" = "held");
ALTER TABLE "credit_entries"
  ADD CONSTRAINT "credit_entries_amounts" CHECK ("amount" <> 0 AND "balance_after" >= 0);
ALTER TABLE "credit_holds"
  ADD CONSTRAINT "credit_holds_amounts" CHECK (
    "credits" > 0 AND 0 <= "captured" AND "captured" <= "credits" AND ("captured" = 0 OR "state" = 'captured'));

CREATE TRIGGER credit_entries_append_only BEFORE UPDATE OR DELETE ON "credit_entries"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER credit_entries_no_truncate BEFORE TRUNCATE ON "credit_entries"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

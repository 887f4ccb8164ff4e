-- CreateEnum
CREATE TYPE "payment_provider" AS ENUM ('stripe', 'paypal');

-- CreateEnum
CREATE TYPE "payment_state" AS ENUM ('open', 'paid', 'failed', 'expired');

-- CreateEnum
CREATE TYPE "payment_fact_kind" AS ENUM ('refundTotal', 'refund', 'dispute');

-- CreateTable
CREATE TABLE "payments" (
    "id" UUID NOT NULL,
    "provider" "payment_provider" NOT NULL,
    "user_id" UUID,
    "workspace_id" UUID,
    "pack_id" TEXT NOT NULL,
    "credits" BIGINT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "state" "payment_state" NOT NULL DEFAULT 'open',
    "checkout_id" TEXT,
    "url" TEXT,
    "reference" TEXT,
    "refunded_amount" BIGINT NOT NULL DEFAULT 0,
    "disputed_amount" BIGINT NOT NULL DEFAULT 0,
    "granted" BIGINT NOT NULL DEFAULT 0,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "paid_at" TIMESTAMPTZ(3),

    CONSTRAINT "payments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment_facts" (
    "provider" "payment_provider" NOT NULL,
    "reference" TEXT NOT NULL,
    "kind" "payment_fact_kind" NOT NULL,
    "id" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "stage" INTEGER NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "payment_facts_pkey" PRIMARY KEY ("provider","reference","kind","id")
);

-- CreateTable
CREATE TABLE "usage_events" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "meter" TEXT NOT NULL,
    "quantity" BIGINT NOT NULL,
    "key_id" TEXT NOT NULL DEFAULT '',
    "idempotency_key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "usage_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "usage_days" (
    "workspace_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "meter" TEXT NOT NULL,
    "key_id" TEXT NOT NULL DEFAULT '',
    "quantity" BIGINT NOT NULL,

    CONSTRAINT "usage_days_pkey" PRIMARY KEY ("workspace_id","day","meter","key_id")
);

-- CreateTable
CREATE TABLE "idempotency_records" (
    "caller" TEXT NOT NULL,
    "procedure" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "answer" JSONB,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_records_pkey" PRIMARY KEY ("caller","procedure","key")
);

-- CreateIndex
CREATE INDEX "payments_workspace_id_id_idx" ON "payments"("workspace_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "payments_provider_checkout_id_key" ON "payments"("provider", "checkout_id");

-- CreateIndex
CREATE UNIQUE INDEX "payments_provider_reference_key" ON "payments"("provider", "reference");

-- CreateIndex
CREATE UNIQUE INDEX "usage_events_workspace_id_idempotency_key_key" ON "usage_events"("workspace_id", "idempotency_key");

-- CreateIndex
CREATE INDEX "idempotency_records_expires_at_idx" ON "idempotency_records"("expires_at");

-- AddForeignKey
ALTER TABLE "usage_events" ADD CONSTRAINT "usage_events_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "usage_days" ADD CONSTRAINT "usage_days_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "payments"
  ADD CONSTRAINT "payments_one_owner" CHECK (num_nonnulls("user_id", "workspace_id") = 1),
  ADD CONSTRAINT "payments_amounts" CHECK (
    "credits" > 0 AND "amount" > 0 AND 0 <= "granted" AND "granted" <= "credits"
    AND 0 <= "refunded_amount" AND 0 <= "disputed_amount");
ALTER TABLE "usage_events" ADD CONSTRAINT "usage_events_quantity" CHECK ("quantity" > 0);

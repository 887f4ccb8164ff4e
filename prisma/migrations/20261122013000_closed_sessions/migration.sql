-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "closed_at" TIMESTAMPTZ(3);

-- When the ones of before were closed is not known: they are kept as long as if it were now.
UPDATE "sessions" SET "closed_at" = now() WHERE "status" NOT IN ('active', 'pending');

-- CreateIndex
CREATE INDEX "sessions_closed_at_idx" ON "sessions"("closed_at");

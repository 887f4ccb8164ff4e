-- CreateEnum
CREATE TYPE "session_status" AS ENUM ('active', 'pending', 'ended', 'removed', 'revoked', 'expired', 'abandoned', 'replaced');

-- CreateTable
CREATE TABLE "sessions" (
    "id" TEXT NOT NULL,
    "clerk_user_id" TEXT NOT NULL,
    "status" "session_status" NOT NULL,
    "clerk_updated_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "sessions_clerk_user_id_idx" ON "sessions"("clerk_user_id");

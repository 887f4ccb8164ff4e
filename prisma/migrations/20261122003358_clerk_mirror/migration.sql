-- CreateEnum
CREATE TYPE "organization_invitation_status" AS ENUM ('pending', 'accepted', 'revoked', 'expired');

-- CreateEnum
CREATE TYPE "webhook_outcome" AS ENUM ('applied', 'ignored', 'review', 'failed');

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "clerk_told_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "webhook_events" ADD COLUMN     "body_hash" BYTEA,
ADD COLUMN     "last_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "number" BIGSERIAL NOT NULL,
ADD COLUMN     "outcome" "webhook_outcome" NOT NULL DEFAULT 'applied',
ADD COLUMN     "payload" JSONB,
ADD COLUMN     "subject" TEXT;

-- AlterTable
ALTER TABLE "workspace_members" ADD COLUMN     "clerk_membership_id" TEXT,
ADD COLUMN     "clerk_role" "workspace_role",
ADD COLUMN     "clerk_told_at" TIMESTAMPTZ(3),
ADD COLUMN     "clerk_updated_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "workspaces" ADD COLUMN     "clerk_organization_id" TEXT,
ADD COLUMN     "clerk_owner_id" TEXT,
ADD COLUMN     "clerk_told_at" TIMESTAMPTZ(3),
ADD COLUMN     "clerk_updated_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "organization_invitations" (
    "id" TEXT NOT NULL,
    "clerk_organization_id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "role" "workspace_role" NOT NULL,
    "status" "organization_invitation_status" NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "clerk_updated_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "organization_invitations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sync_runs" (
    "name" TEXT NOT NULL,
    "leased_until" TIMESTAMPTZ(3),
    "lease_id" UUID,
    "step" TEXT,
    "position" TEXT,
    "saved_at" TIMESTAMPTZ(3),

    CONSTRAINT "sync_runs_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "organization_invitations_clerk_organization_id_idx" ON "organization_invitations"("clerk_organization_id");

-- CreateIndex
CREATE INDEX "organization_invitations_email_idx" ON "organization_invitations"("email");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_events_number_key" ON "webhook_events"("number");

-- CreateIndex
CREATE INDEX "webhook_events_outcome_number_idx" ON "webhook_events"("outcome", "number");

-- CreateIndex
CREATE INDEX "webhook_events_subject_idx" ON "webhook_events"("subject");

-- CreateIndex
CREATE UNIQUE INDEX "workspace_members_clerk_membership_id_key" ON "workspace_members"("clerk_membership_id");

-- CreateIndex
CREATE UNIQUE INDEX "workspaces_clerk_organization_id_key" ON "workspaces"("clerk_organization_id");

-- What is there already
UPDATE "webhook_events"
SET "outcome" = CASE WHEN "applied_at" IS NULL THEN 'failed'::webhook_outcome WHEN "review" IS NOT NULL THEN 'review' ELSE 'applied' END,
    "last_at" = COALESCE("applied_at", "received_at");

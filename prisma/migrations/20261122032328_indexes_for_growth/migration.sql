-- CreateIndex
CREATE INDEX "audit_entries_target_id_id_idx" ON "audit_entries"("target_id", "id");

-- CreateIndex
CREATE INDEX "invitations_invited_by_id_idx" ON "invitations"("invited_by_id");

-- CreateIndex
CREATE INDEX "payments_user_id_idx" ON "payments"("user_id");

-- CreateIndex
CREATE INDEX "webhook_events_provider_number_idx" ON "webhook_events"("provider", "number");

-- CreateIndex
CREATE INDEX "workspaces_deleted_at_idx" ON "workspaces"("deleted_at");

-- Events stay for ever and their payloads do not: only what there is to forget needs to be found by its age.
DROP INDEX "webhook_events_received_at_idx";
CREATE INDEX "webhook_events_received_at_idx" ON "webhook_events"("received_at") WHERE "payload" IS NOT NULL;

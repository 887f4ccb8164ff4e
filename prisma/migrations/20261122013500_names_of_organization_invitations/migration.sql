-- The name by which callers know an invitation of Clerk's, whose own id is no UUID. Those that are here get one whose
-- order is that of their making (UUID v7); the default is for a server of the version before, while both run.
ALTER TABLE "organization_invitations" ADD COLUMN "public_id" UUID NOT NULL DEFAULT gen_random_uuid();

UPDATE "organization_invitations"
SET "public_id" = encode(
  set_bit(
    set_bit(
      overlay(
        uuid_send("public_id")
        PLACING substring(int8send(floor(extract(epoch FROM "created_at") * 1000)::bigint) FROM 3)
        FROM 1 FOR 6
      ),
      52, 1
    ),
    53, 1
  ),
  'hex'
)::uuid;

CREATE UNIQUE INDEX "organization_invitations_public_id_key" ON "organization_invitations"("public_id");

-- CreateTable
CREATE TABLE "workspace_machines" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "machine_id" TEXT NOT NULL,
    "role" "workspace_role" NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "workspace_machines_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "workspace_machines_workspace_id_machine_id_key" ON "workspace_machines"("workspace_id", "machine_id");

-- AddForeignKey
ALTER TABLE "workspace_machines" ADD CONSTRAINT "workspace_machines_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A machine never owns a workspace.
ALTER TABLE "workspace_machines" ADD CONSTRAINT "workspace_machines_no_owner" CHECK ("role" <> 'owner');

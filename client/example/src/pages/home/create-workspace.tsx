import { mutationOptions, queryKey, useApi } from "@gatehouse/client/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { DialogFoot } from "../../parts/dialog-foot.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { submitted, textOf } from "../../parts/form.ts";
import { Refusal } from "../../parts/refusal.tsx";

export function CreateWorkspace({ onClose }: { onClose: () => void }) {
  const api = useApi();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const create = useMutation(
    mutationOptions(api.workspaces.create, {
      onSuccess: async ({ id }) => {
        await queryClient.invalidateQueries({ queryKey: queryKey(api.workspaces.list) });
        await navigate(`/workspaces/${id}/projects`);
      },
    }),
  );
  return (
    <Dialog title="New workspace" onClose={onClose}>
      <form
        onSubmit={submitted((fields) => {
          const slug = textOf(fields, "slug");
          create.mutate({ name: textOf(fields, "name"), ...(slug === "" ? {} : { slug }) });
        })}
      >
        <Field label="Name" name="name" required maxLength={200} refusal={create.error} />
        <Field
          label="Address (optional)"
          name="slug"
          maxLength={60}
          spellCheck={false}
          hint="Made from the name if you leave it out."
          refusal={create.error}
        />
        {create.error !== null && <Refusal error={create.error} />}
        <DialogFoot action="Create workspace" isPending={create.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

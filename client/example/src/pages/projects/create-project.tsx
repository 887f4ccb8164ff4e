import { mutationOptions, queryKey, useWorkspace } from "@gatehouse/client/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { DialogFoot } from "../../parts/dialog-foot.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { submitted, textOf } from "../../parts/form.ts";
import { Refusal } from "../../parts/refusal.tsx";
import { useToast } from "../../parts/toasts.tsx";

export function CreateProject({ onClose }: { onClose: () => void }) {
  const { api } = useWorkspace();
  const toast = useToast();
  const queryClient = useQueryClient();
  const create = useMutation(
    mutationOptions(api.projects.create, {
      onSuccess: async ({ name }) => {
        await queryClient.invalidateQueries({ queryKey: queryKey(api.projects.list) });
        toast.done(`${name} was made.`);
        onClose();
      },
    }),
  );
  return (
    <Dialog title="New project" onClose={onClose}>
      <form
        onSubmit={submitted((fields) =>
          create.mutate({ name: textOf(fields, "name"), description: textOf(fields, "description") }),
        )}
      >
        <Field label="Name" name="name" required maxLength={200} refusal={create.error} />
        <Field label="Description (optional)" name="description" maxLength={5_000} refusal={create.error} />
        {create.error !== null && <Refusal error={create.error} />}
        <DialogFoot action="Create project" isPending={create.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

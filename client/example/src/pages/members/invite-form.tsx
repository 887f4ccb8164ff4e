import type { Role } from "@gatehouse/client";
import { mutationOptions, queryKey, useWorkspace } from "@gatehouse/client/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Choice } from "../../parts/choice.tsx";
import { Field } from "../../parts/field.tsx";
import { submitted, textOf } from "../../parts/form.ts";
import { Refusal } from "../../parts/refusal.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { rolesToGive } from "./roles-to-give.ts";

export function InviteForm() {
  const { api, role: mine } = useWorkspace();
  const toast = useToast();
  const queryClient = useQueryClient();
  const [role, setRole] = useState<Role>("member");
  const form = useRef<HTMLFormElement>(null);
  const invite = useMutation(
    mutationOptions(api.invitations.create, {
      onSuccess: async ({ email, mailSent }) => {
        form.current?.reset();
        await queryClient.invalidateQueries({ queryKey: queryKey(api.invitations) });
        if (mailSent) toast.done(`${email} was invited.`);
        else toast.failed(`${email} is invited, but the letter could not be sent. Send it again later.`);
      },
    }),
  );
  return (
    <form
      ref={form}
      className="row-form"
      onSubmit={submitted((fields) => invite.mutate({ email: textOf(fields, "email"), role }))}
    >
      <Field
        label="E-mail address"
        name="email"
        type="email"
        required
        maxLength={254}
        autoComplete="off"
        refusal={invite.error}
      />
      <Choice label="Role" value={role} options={rolesToGive(mine)} onChoose={setRole} />
      <button className="button primary" disabled={invite.isPending}>
        Invite
      </button>
      {invite.error !== null && <Refusal error={invite.error} />}
    </form>
  );
}

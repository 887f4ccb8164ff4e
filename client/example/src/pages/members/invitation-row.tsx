import { errorOf } from "@gatehouse/client";
import type { Invitation } from "@gatehouse/client";
import { mutationOptions, queryKey, useWorkspace } from "@gatehouse/client/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Badge } from "../../parts/badge.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { When } from "../../parts/when.tsx";

export function InvitationRow({
  invitation: { id: invitationId, email, role, expiresAt },
}: {
  invitation: Invitation;
}) {
  const { api } = useWorkspace();
  const toast = useToast();
  const queryClient = useQueryClient();
  const readAgain = () => queryClient.invalidateQueries({ queryKey: queryKey(api.invitations) });
  const onError = (error: unknown) => toast.failed(errorOf(error).message);
  const resend = useMutation(
    mutationOptions(api.invitations.resend, {
      onSuccess: async ({ mailSent }) => {
        await readAgain();
        if (mailSent) toast.done(`The letter to ${email} was sent again.`);
        else toast.failed(`The letter to ${email} could not be sent.`);
      },
      onError,
    }),
  );
  const revoke = useMutation(
    mutationOptions(api.invitations.revoke, {
      onSuccess: async () => {
        await readAgain();
        toast.done(`The invitation of ${email} was taken back.`);
      },
      onError,
    }),
  );
  return (
    <li className="row">
      <div className="row-text">
        <strong>{email}</strong> <Badge tone="accent">{role}</Badge>
        <p className="quiet">
          Until <When at={expiresAt} />
        </p>
      </div>
      <div className="actions">
        <button
          className="button"
          aria-label={`Send the letter to ${email} again`}
          disabled={resend.isPending}
          onClick={() => resend.mutate({ invitationId })}
        >
          Send again
        </button>
        <button
          className="button"
          aria-label={`Take back the invitation of ${email}`}
          disabled={revoke.isPending}
          onClick={() => revoke.mutate({ invitationId })}
        >
          Take back
        </button>
      </div>
    </li>
  );
}

import type { MyInvitation } from "@gatehouse/client";
import { mutationOptions, queryKey, useApi } from "@gatehouse/client/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { Badge } from "../../parts/badge.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { When } from "../../parts/when.tsx";

export function InvitationCard({ invitation }: { invitation: MyInvitation }) {
  const { id: invitationId, workspaceName, role, invitedBy, expiresAt } = invitation;
  const { accept, decline } = useAnswer();
  const error = accept.error ?? decline.error;
  const isPending = accept.isPending || decline.isPending;
  return (
    <li className="row">
      <div className="row-text">
        <strong>{workspaceName}</strong> <Badge tone="accent">{role}</Badge>
        <p className="quiet">
          {invitedBy ?? "Somebody"} invites you. Answer until <When at={expiresAt} />.
        </p>
        {error !== null && <Refusal error={error} />}
      </div>
      <div className="actions">
        <button className="button" disabled={isPending} onClick={() => decline.mutate({ invitationId })}>
          Decline
        </button>
        <button
          className="button primary"
          disabled={isPending}
          onClick={() => accept.mutate({ invitationId })}
        >
          Accept
        </button>
      </div>
    </li>
  );
}

function useAnswer() {
  const api = useApi();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const readAgain = (part: object) => queryClient.invalidateQueries({ queryKey: queryKey(part) });
  const accept = useMutation(
    mutationOptions(api.invitations.accept, {
      onSuccess: async ({ id }) => {
        await Promise.all([readAgain(api.invitations.listMine), readAgain(api.workspaces.list)]);
        await navigate(`/workspaces/${id}/projects`);
      },
    }),
  );
  const decline = useMutation(
    mutationOptions(api.invitations.decline, { onSuccess: () => readAgain(api.invitations.listMine) }),
  );
  return { accept, decline };
}

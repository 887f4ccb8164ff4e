import type { Member } from "@gatehouse/client";
import { mutationOptions, queryKey, queryOptions, useWorkspace } from "@gatehouse/client/react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Confirm } from "../../parts/confirm.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { useToast } from "../../parts/toasts.tsx";

interface Props {
  member: Member;
  name: string;
  onClose: () => void;
}

/** Says first what goes with somebody. */
export function RemoveMember({ member: { userId }, name, onClose }: Props) {
  const { api } = useWorkspace();
  const toast = useToast();
  const queryClient = useQueryClient();
  const preview = useQuery(queryOptions(api.members.removalPreview, { userId }));
  const remove = useMutation(
    mutationOptions(api.members.remove, {
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: queryKey(api.members.list) });
        toast.done(`${name} was removed.`);
        onClose();
      },
    }),
  );
  const { error, isPending, mutate } = remove;
  return (
    <Confirm
      title={`Remove ${name}?`}
      action="Remove"
      mutation={{ error, isPending, mutate: () => mutate({ userId }) }}
      onClose={onClose}
    >
      <Loaded query={preview}>
        {({ apiKeys, invitations }) => (
          <p>
            Whoever goes, his API keys ({apiKeys}) and his open invitations ({invitations}) end with him. What
            he has made stays.
          </p>
        )}
      </Loaded>
    </Confirm>
  );
}

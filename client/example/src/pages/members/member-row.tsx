import { errorOf } from "@gatehouse/client";
import type { Member } from "@gatehouse/client";
import { mutationOptions, queryKey, useWorkspace } from "@gatehouse/client/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Badge } from "../../parts/badge.tsx";
import { Choice } from "../../parts/choice.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { When } from "../../parts/when.tsx";
import { RemoveMember } from "./remove-member.tsx";
import { rolesToGive } from "./roles-to-give.ts";

export function MemberRow({ member, isMe }: { member: Member; isMe: boolean }) {
  const { role: mine, can } = useWorkspace();
  const [isRemoving, setIsRemoving] = useState(false);
  const { role, joinedAt } = member;
  const name = member.name ?? member.email ?? "Somebody";
  const mayManage = can("members:manage") && (role !== "owner" || mine === "owner");
  return (
    <li className="row">
      <div className="row-text">
        <strong>{name}</strong> {isMe && <Badge>you</Badge>}
        <p className="quiet">
          {member.email} · since <When at={joinedAt} />
        </p>
      </div>
      <div className="actions">
        {mayManage ? <RoleChoice member={member} name={name} /> : <Badge tone="accent">{role}</Badge>}
        {mayManage && !isMe && (
          <button className="button" aria-label={`Remove ${name}`} onClick={() => setIsRemoving(true)}>
            Remove
          </button>
        )}
      </div>
      {isRemoving && <RemoveMember member={member} name={name} onClose={() => setIsRemoving(false)} />}
    </li>
  );
}

function RoleChoice({ member: { userId, role }, name }: { member: Member; name: string }) {
  const { api, role: mine } = useWorkspace();
  const toast = useToast();
  const queryClient = useQueryClient();
  const change = useMutation(
    mutationOptions(api.members.updateRole, {
      onSuccess: (changed) => toast.done(`${name} is ${changed.role} now.`),
      onError: (error) => toast.failed(errorOf(error).message),
      // My own role may be the one that has changed, and with it what I may see.
      onSettled: () =>
        Promise.all([
          queryClient.invalidateQueries({ queryKey: queryKey(api.members) }),
          queryClient.invalidateQueries({ queryKey: queryKey(api.workspaces) }),
        ]),
    }),
  );
  return (
    <Choice
      label={`Role of ${name}`}
      isLabelHidden
      value={change.isPending ? change.variables.role : role}
      options={rolesToGive(mine)}
      disabled={change.isPending}
      onChoose={(wanted) => change.mutate({ userId, role: wanted })}
    />
  );
}

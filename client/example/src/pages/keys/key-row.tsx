import { errorOf } from "@gatehouse/client";
import type { ApiKey, NewApiKey } from "@gatehouse/client";
import { mutationOptions, queryKey, useWorkspace } from "@gatehouse/client/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Badge } from "../../parts/badge.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { When } from "../../parts/when.tsx";

interface Props {
  apiKey: ApiKey;
  mayManage: boolean;
  onSecret: (key: NewApiKey) => void;
}

export function KeyRow({ apiKey, mayManage, onSecret }: Props) {
  const { id: apiKeyId, name, start, scopes, tier, lastUsedAt, revokedAt } = apiKey;
  const [isRevoking, setIsRevoking] = useState(false);
  const rotate = useRotate(onSecret);
  const isOver = revokedAt !== null;
  return (
    <li className={isOver ? "row over" : "row"}>
      <div className="row-text">
        <strong>{name}</strong> <code>{start}…</code>{" "}
        {isOver ? <Badge>revoked</Badge> : <Badge>{tier}</Badge>}
        <p className="quiet">
          {scopes.join(", ")} ·{" "}
          {lastUsedAt === null ? (
            "never used"
          ) : (
            <>
              last used <When at={lastUsedAt} />
            </>
          )}
        </p>
      </div>
      {mayManage && !isOver && (
        <div className="actions">
          <button
            className="button"
            aria-label={`Rotate ${name}`}
            title="A new secret; the old one works for another day"
            disabled={rotate.isPending}
            onClick={() => rotate.mutate({ apiKeyId })}
          >
            Rotate
          </button>
          <button className="button" aria-label={`Revoke ${name}`} onClick={() => setIsRevoking(true)}>
            Revoke
          </button>
        </div>
      )}
      {isRevoking && <RevokeKey apiKey={apiKey} onClose={() => setIsRevoking(false)} />}
    </li>
  );
}

function useRotate(onSecret: (key: NewApiKey) => void) {
  const { api } = useWorkspace();
  const toast = useToast();
  const queryClient = useQueryClient();
  return useMutation(
    mutationOptions(api.apiKeys.rotate, {
      onSuccess: (key) => {
        onSecret(key);
        return queryClient.invalidateQueries({ queryKey: queryKey(api.apiKeys.list) });
      },
      onError: (error) => toast.failed(errorOf(error).message),
      gcTime: 0,
    }),
  );
}

function RevokeKey({ apiKey: { id: apiKeyId, name }, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { api } = useWorkspace();
  const toast = useToast();
  const queryClient = useQueryClient();
  const { error, isPending, mutate } = useMutation(
    mutationOptions(api.apiKeys.revoke, {
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: queryKey(api.apiKeys.list) });
        toast.done(`${name} was revoked.`);
        onClose();
      },
    }),
  );
  return (
    <Confirm
      title={`Revoke ${name}?`}
      action="Revoke"
      mutation={{ error, isPending, mutate: () => mutate({ apiKeyId }) }}
      onClose={onClose}
    >
      <p>Every program that uses this key is refused from now on. This cannot be taken back.</p>
    </Confirm>
  );
}

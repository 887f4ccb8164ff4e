import { PERMISSIONS, TIERS } from "@gatehouse/client";
import type { NewApiKey, Permission, Tier } from "@gatehouse/client";
import { mutationOptions, queryKey, useWorkspace } from "@gatehouse/client/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Choice } from "../../parts/choice.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { submitted, textOf } from "../../parts/form.ts";
import { Refusal } from "../../parts/refusal.tsx";

interface Props {
  onClose: () => void;
  onSecret: (key: NewApiKey) => void;
}

export function CreateKey({ onClose, onSecret }: Props) {
  const { api, workspace } = useWorkspace();
  const queryClient = useQueryClient();
  const [scopes, setScopes] = useState<ReadonlySet<Permission>>(new Set(["projects:read"]));
  const [tier, setTier] = useState<Tier>("lite");
  const create = useMutation(
    mutationOptions(api.apiKeys.create, {
      onSuccess: (key) => {
        onSecret(key);
        return queryClient.invalidateQueries({ queryKey: queryKey(api.apiKeys.list) });
      },
      // The answer holds the secret, which shall not lie in a cache.
      gcTime: 0,
    }),
  );
  return (
    <Dialog title="New API key" onClose={onClose}>
      <form
        onSubmit={submitted((fields) =>
          create.mutate({ name: textOf(fields, "name"), scopes: [...scopes], tier }),
        )}
      >
        <Field label="Name" name="name" required maxLength={200} refusal={create.error} />
        <Scopes chosen={scopes} onChoose={setScopes} />
        <Choice label="Tier" value={tier} options={tiersOf(workspace?.tier ?? "lite")} onChoose={setTier} />
        {create.error !== null && <Refusal error={create.error} />}
        <footer className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button className="button primary" disabled={create.isPending || scopes.size === 0}>
            Create API key
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

/** A key acts with its own tier or the workspace's, whichever is lower; a higher one would be refused. */
function tiersOf(mine: Tier): readonly Tier[] {
  return TIERS.slice(0, TIERS.indexOf(mine) + 1);
}

interface ScopesProps {
  chosen: ReadonlySet<Permission>;
  onChoose: (scopes: ReadonlySet<Permission>) => void;
}

/** Only what the key's owner may do himself: a key never has more rights than he. */
function Scopes({ chosen, onChoose }: ScopesProps) {
  const { can } = useWorkspace();
  return (
    <fieldset className="scopes">
      <legend>Scopes</legend>
      {PERMISSIONS.filter(can).map((scope) => (
        <label key={scope}>
          <input
            type="checkbox"
            checked={chosen.has(scope)}
            onChange={({ target }) => {
              const scopes = new Set(chosen);
              if (target.checked) scopes.add(scope);
              else scopes.delete(scope);
              onChoose(scopes);
            }}
          />
          {scope}
        </label>
      ))}
    </fieldset>
  );
}

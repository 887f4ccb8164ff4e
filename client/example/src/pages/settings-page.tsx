import { mutationOptions, queryKey, useApi, useCan, useWorkspace } from "@gatehouse/client/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { Confirm } from "../parts/confirm.tsx";
import { Field } from "../parts/field.tsx";
import { submitted, textOf } from "../parts/form.ts";
import { Page } from "../parts/page.tsx";
import { Refusal } from "../parts/refusal.tsx";
import { useToast } from "../parts/toasts.tsx";

export function SettingsPage() {
  const mayUpdate = useCan("workspace:update");
  const mayDelete = useCan("workspace:delete");
  return (
    <Page title="Settings">
      {mayUpdate && <NameForm />}
      <Leave />
      {mayDelete && <Delete />}
    </Page>
  );
}

function NameForm() {
  const { api, workspace } = useWorkspace();
  const all = useApi().workspaces;
  const toast = useToast();
  const queryClient = useQueryClient();
  const update = useMutation(
    mutationOptions(api.workspaces.update, {
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: queryKey(all) });
        toast.done("Saved.");
      },
    }),
  );
  return (
    <form
      className="panel"
      onSubmit={submitted((fields) =>
        update.mutate({ name: textOf(fields, "name"), slug: textOf(fields, "slug") }),
      )}
    >
      <Field
        label="Name"
        name="name"
        defaultValue={workspace?.name}
        required
        maxLength={200}
        refusal={update.error}
      />
      <Field
        label="Address"
        name="slug"
        defaultValue={workspace?.slug}
        required
        maxLength={60}
        refusal={update.error}
      />
      {update.error !== null && <Refusal error={update.error} />}
      <button className="button primary" disabled={update.isPending}>
        Save
      </button>
    </form>
  );
}

function Leave() {
  const { api } = useWorkspace();
  const [isAsking, setIsAsking] = useState(false);
  const leave = useGoing(api.workspaces.leave);
  return (
    <section className="panel" aria-labelledby="leave">
      <h2 id="leave">Leave</h2>
      <p className="quiet">What you have made stays here. The last owner cannot leave.</p>
      <button className="button" onClick={() => setIsAsking(true)}>
        Leave workspace
      </button>
      {isAsking && (
        <Confirm
          title="Leave this workspace?"
          action="Leave"
          mutation={leave}
          onClose={() => setIsAsking(false)}
        >
          <p>Your API keys and your open invitations end. Somebody can invite you again.</p>
        </Confirm>
      )}
    </section>
  );
}

function Delete() {
  const { api, workspace } = useWorkspace();
  const [isAsking, setIsAsking] = useState(false);
  const remove = useGoing(api.workspaces.delete);
  return (
    <section className="panel" aria-labelledby="delete">
      <h2 id="delete">Delete</h2>
      <p className="quiet">Closes the workspace for everybody in it.</p>
      <button className="button danger" onClick={() => setIsAsking(true)}>
        Delete workspace
      </button>
      {isAsking && (
        <Confirm
          title={`Delete ${workspace?.name ?? "this workspace"}?`}
          action="Delete"
          mutation={remove}
          onClose={() => setIsAsking(false)}
        >
          <p>Nobody can enter it any more. Owners can restore it for some time.</p>
        </Confirm>
      )}
    </section>
  );
}

/** After either deed there is nothing here to show any more. */
function useGoing(procedure: { mutate: () => Promise<unknown> }) {
  const api = useApi();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => procedure.mutate(),
    onSuccess: async () => {
      await navigate("/");
      await queryClient.invalidateQueries({ queryKey: queryKey(api.workspaces.list) });
    },
  });
  return { mutate: () => mutate(), isPending, error };
}

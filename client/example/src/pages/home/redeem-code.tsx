import { mutationOptions, queryOptions, useApi } from "@gatehouse/client/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Field } from "../../parts/field.tsx";
import { submitted, textOf } from "../../parts/form.ts";
import { Refusal } from "../../parts/refusal.tsx";
import { useToast } from "../../parts/toasts.tsx";

/** A newcomer's first step. */
export function RedeemCode() {
  const api = useApi();
  const toast = useToast();
  const queryClient = useQueryClient();
  const redeem = useMutation(
    mutationOptions(api.accessCodes.redeem, {
      onSuccess: (me) => {
        // The answer is what `me.get` would say now, so nobody has to ask.
        queryClient.setQueryData(queryOptions(api.me.get).queryKey, me);
        toast.done("Your code was redeemed. You can make a workspace now.");
      },
    }),
  );
  return (
    <section className="panel" aria-labelledby="redeem">
      <h2 id="redeem">Redeem an access code</h2>
      <p className="quiet">Whoever runs this installation gives them out. An invitation needs none.</p>
      <form
        className="row-form"
        onSubmit={submitted((fields) => redeem.mutate({ code: textOf(fields, "code") }))}
      >
        <Field
          label="Access code"
          name="code"
          required
          autoComplete="off"
          spellCheck={false}
          refusal={redeem.error}
        />
        <button className="button primary" disabled={redeem.isPending}>
          Redeem
        </button>
      </form>
      {redeem.error !== null && <Refusal error={redeem.error} />}
    </section>
  );
}

import { mutationOptions, queryKey, useWorkspace } from "@gatehouse/client/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { Field } from "../../parts/field.tsx";
import { submitted, textOf } from "../../parts/form.ts";
import { Refusal } from "../../parts/refusal.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { credits } from "./words.ts";

/** Products spend credits by themselves, for what somebody uses. This form is here to try it. */
export function SpendForm() {
  const { api } = useWorkspace();
  const toast = useToast();
  const queryClient = useQueryClient();
  // One key for one wish: a click that is repeated, by a finger or by the network, is charged once.
  const idempotencyKey = useRef(crypto.randomUUID());
  const spend = useMutation(
    mutationOptions(api.credits.spend, {
      onSuccess: async ({ amount }) => {
        idempotencyKey.current = crypto.randomUUID();
        await queryClient.invalidateQueries({ queryKey: queryKey(api.credits) });
        toast.done(`${credits(-amount)} credits were spent.`);
      },
    }),
  );
  return (
    <section className="panel" aria-labelledby="spend">
      <h2 id="spend">Spend some</h2>
      <form
        className="row-form"
        onSubmit={submitted((fields) =>
          spend.mutate({
            credits: Number(textOf(fields, "credits")),
            reason: textOf(fields, "reason"),
            idempotencyKey: idempotencyKey.current,
          }),
        )}
      >
        <Field label="Credits" name="credits" type="number" min={1} required refusal={spend.error} />
        <Field label="What for" name="reason" required maxLength={500} refusal={spend.error} />
        <button className="button" disabled={spend.isPending}>
          Spend
        </button>
        {spend.error !== null && <Refusal error={spend.error} />}
      </form>
    </section>
  );
}

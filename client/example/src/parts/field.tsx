import { errorOf } from "@gatehouse/client";
import { useId } from "react";
import type { ComponentProps } from "react";

interface Props extends ComponentProps<"input"> {
  name: string;
  label: string;
  hint?: string;
  /** What the form was refused with; what is said there of this field stands below it. */
  refusal?: unknown;
}

export function Field({ label, hint, refusal = null, name, ...input }: Props) {
  const id = useId();
  const problem = refusal === null ? undefined : errorOf(refusal).fields.find(({ path }) => path === name);
  const note = problem?.message ?? hint;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        name={name}
        aria-invalid={problem !== undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
      />
      {note !== undefined && (
        <p id={`${id}-note`} className={problem === undefined ? "quiet" : "wrong"}>
          {note}
        </p>
      )}
    </div>
  );
}

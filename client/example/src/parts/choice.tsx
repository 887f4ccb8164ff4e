import { useId } from "react";

interface Props<Value extends string> {
  label: string;
  name?: string;
  value?: Value;
  options: readonly Value[];
  /** Only for screen readers: the place says it to everybody else. */
  isLabelHidden?: boolean;
  disabled?: boolean;
  onChoose?: (value: Value) => void;
}

/** A labelled list of words to choose from. */
export function Choice<Value extends string>(props: Props<Value>) {
  const { label, name, value, options, isLabelHidden = false, disabled = false, onChoose } = props;
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} className={isLabelHidden ? "unseen" : undefined}>
        {label}
      </label>
      <select
        id={id}
        name={name}
        disabled={disabled}
        {...(onChoose === undefined ? { defaultValue: value } : { value })}
        onChange={({ target }) => {
          const chosen = options.find((option) => option === target.value);
          if (chosen !== undefined) onChoose?.(chosen);
        }}
      >
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </div>
  );
}

import { useState } from "react";

export function CopyButton({ text }: { text: string }) {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setState("copied"),
      () => setState("refused"),
    );
  const word = { idle: "Copy", copied: "Copied", refused: "Select and copy it yourself" }[state];
  return (
    <button type="button" className="button" onClick={() => void copy()}>
      <span aria-live="polite">{word}</span>
    </button>
  );
}

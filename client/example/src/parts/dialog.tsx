import { useEffect, useId, useRef } from "react";
import type { ReactNode } from "react";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/**
 * The browser's own dialog: it takes the focus and keeps it, closes on Escape, makes the rest of the page inert, and
 * gives the focus back. It is open for as long as it is there.
 */
export function Dialog({ title, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    // In development React mounts twice, and hears of the first closing when the dialog is open again.
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      onClose={({ currentTarget }) => currentTarget.open || onClose()}
    >
      <h2 id={heading}>{title}</h2>
      {children}
      {/* The last one, because the first one takes the focus. */}
      <button className="button icon close" aria-label="Close" onClick={onClose}>
        ×
      </button>
    </dialog>
  );
}

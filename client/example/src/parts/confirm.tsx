import type { ReactNode } from "react";
import { Dialog } from "./dialog.tsx";
import { Refusal } from "./refusal.tsx";

interface Props {
  title: string;
  /** What the button says: the deed, not "OK". */
  action: string;
  /** Does it; the dialog shows how that goes. */
  mutation: { mutate: () => void; isPending: boolean; error: unknown };
  onClose: () => void;
  children: ReactNode;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, action, mutation, onClose, children }: Props) {
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      {mutation.error !== null && <Refusal error={mutation.error} />}
      <footer className="dialog-foot">
        <button className="button" onClick={onClose}>
          Cancel
        </button>
        <button className="button danger" disabled={mutation.isPending} onClick={() => mutation.mutate()}>
          {action}
        </button>
      </footer>
    </Dialog>
  );
}

interface Props {
  /** What the form does when it is sent. */
  action: string;
  isPending: boolean;
  onCancel: () => void;
}

/** The last line of a form in a dialog: to think better of it, or to go on. */
export function DialogFoot({ action, isPending, onCancel }: Props) {
  return (
    <footer className="dialog-foot">
      <button type="button" className="button" onClick={onCancel}>
        Cancel
      </button>
      <button className="button primary" disabled={isPending}>
        {action}
      </button>
    </footer>
  );
}

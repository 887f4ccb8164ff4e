import type { NewApiKey } from "@gatehouse/client";
import { CopyButton } from "../../parts/copy-button.tsx";
import { Dialog } from "../../parts/dialog.tsx";

/** The one time that the secret can be seen. The server keeps a hash of it only. */
export function SecretOnce({
  apiKey: { name, secret },
  onClose,
}: {
  apiKey: NewApiKey;
  onClose: () => void;
}) {
  return (
    <Dialog title={`The secret of ${name}`} onClose={onClose}>
      <p>Copy it now and keep it where your program finds it. Nobody can show it again.</p>
      <div className="secret">
        <code data-testid="secret">{secret}</code>
        <CopyButton text={secret} />
      </div>
      <footer className="dialog-foot">
        <button className="button primary" onClick={onClose}>
          I have it
        </button>
      </footer>
    </Dialog>
  );
}

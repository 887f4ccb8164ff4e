import { createContext, useCallback, useContext, useMemo, useState } from "react";
import type { ReactNode } from "react";

const SHOWN_FOR_MS = 6_000;
/** More would cover the page that they are about. */
const MOST_AT_ONCE = 3;

interface Toast {
  id: string;
  text: string;
  isBad: boolean;
}

interface Say {
  /** Something is done. */
  done: (text: string) => void;
  /** Something that no form can show has failed. */
  failed: (text: string) => void;
}

const ToastContext = createContext<Say | null>(null);

export function useToast(): Say {
  const say = useContext(ToastContext);
  if (say === null) throw new Error("useToast is called outside of Toasts");
  return say;
}

/** Short words in a corner that go by themselves. The region is there from the start, or screen readers miss the first. */
export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const show = useCallback((text: string, isBad: boolean) => {
    const toast = { id: crypto.randomUUID(), text, isBad };
    setToasts((shown) => [...shown, toast].slice(-MOST_AT_ONCE));
    setTimeout(() => setToasts((shown) => shown.filter(({ id }) => id !== toast.id)), SHOWN_FOR_MS);
  }, []);
  const say = useMemo<Say>(
    () => ({ done: (text) => show(text, false), failed: (text) => show(text, true) }),
    [show],
  );
  return (
    <ToastContext value={say}>
      {children}
      <div className="toasts" aria-live="polite" role="status">
        {toasts.map(({ id, text, isBad }) => (
          <p key={id} className={isBad ? "bad" : undefined}>
            {text}
          </p>
        ))}
      </div>
    </ToastContext>
  );
}

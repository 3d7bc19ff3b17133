import { useEffect, useId, useRef, type ReactNode } from 'react';

interface DialogProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Undefined: only an answer closes it, not Escape. */
  readonly onClose: (() => void) | undefined;
  readonly actions?: ReactNode;
  readonly wide?: boolean;
}

/** The browser's own modal dialog: keeps the focus inside, gives it back, and closes on Escape. Mounted = open. */
export function Dialog({ title, children, onClose, actions, wide }: DialogProps): ReactNode {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return undefined;
    const back = document.activeElement;
    dialog.showModal();
    return () => {
      dialog.close();
      if (back instanceof HTMLElement) back.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={heading}
      aria-modal="true"
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
    >
      <h2 id={heading}>{title}</h2>
      {children}
      {actions && <div className="dialog-actions">{actions}</div>}
    </dialog>
  );
}

import { Button, Input } from 'antd';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { Dialog } from '../ui/dialog.tsx';
import { useLiveShortcuts } from '../ui/shortcuts.tsx';
import { addressOf, addressOfShort } from './address-of.ts';
import { placesOf } from './places.ts';
import { useSession } from './session.tsx';
import { printed } from './shortcut-help.tsx';
import { useSay } from './use-say.ts';

/** As pages show an id: its last letters. */
const SHORT_ID = /^[0-9a-f]{8}$/i;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Ctrl-K: an id of whatever kind, a page, or what can be done here. Ids only: nothing personal reaches an address. */
export function GoTo({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { say } = useSay();
  const session = useSession();
  const navigate = useNavigate();
  const actions = useLiveShortcuts();
  const [text, setText] = useState('');
  const [failure, setFailure] = useState('');
  const wanted = text.trim();
  const go = (to: string, beside = false): void => {
    onClose();
    if (beside) window.open(to, '_blank', 'noopener');
    else void navigate(to);
  };
  const matches = (label: string): boolean => label.toLowerCase().includes(wanted.toLowerCase());
  const places = placesOf(session).filter(({ label }) => matches(say(label)));
  const runnable = actions.filter(({ label }) => matches(label));
  const submit = async (): Promise<void> => {
    if (ID.test(wanted)) {
      const to = await addressOf(wanted.toLowerCase());
      return to === undefined ? setFailure(say('goTo.unknown')) : go(to);
    }
    if (SHORT_ID.test(wanted)) {
      const to = await addressOfShort(wanted.toLowerCase());
      return to === undefined ? setFailure(say('goTo.unknown')) : go(to);
    }
    const first = places[0];
    if (first) return go(first.to, first.beside);
    if (runnable[0]) return run(runnable[0].run);
    setFailure(say('goTo.unknown'));
  };
  const run = (action: () => void): void => {
    onClose();
    // After the dialog is gone: it owns the keyboard and the focus until then.
    setTimeout(action, 0);
  };
  return (
    <Dialog title={say('goTo.title')} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Input
          autoFocus
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder={say('goTo.hint')}
          aria-label={say('goTo.hint')}
          onKeyDown={(event) => {
            // Enter that picks a candidate of the input method is not ours, and sends no form either.
            if (event.nativeEvent.isComposing || event.keyCode === 229) event.preventDefault();
          }}
        />
        {failure && <p role="alert">{failure}</p>}
      </form>
      <ul className="go-to">
        {places.map(({ to, label, beside }) => (
          <li key={to}>
            <Button type="text" block onClick={() => go(to, beside)}>
              {say(label)}
            </Button>
          </li>
        ))}
        {runnable.map(({ keys, label, run: action }) => (
          <li key={keys + label}>
            <Button type="text" block onClick={() => run(action)}>
              {label} <kbd>{printed(keys)}</kbd>
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

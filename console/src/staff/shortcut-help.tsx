import { Button, Input, Switch } from 'antd';
import type { ReactNode } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { announce } from '../ui/live-region.tsx';
import {
  isMovable,
  keyFor,
  moveKey,
  resetKeys,
  switchShortcuts,
  useLiveShortcuts,
  useMovedKeys,
  useShortcutsOn,
} from '../ui/shortcuts.tsx';
import { useSay } from './use-say.ts';

const isMac = /mac/i.test(navigator.userAgent);
export const printed = (keys: string): string =>
  keys === '(\\?|？)'
    ? '?'
    : keyFor(keys)
        .replace('$mod', isMac ? '⌘' : 'Ctrl')
        .replaceAll('+', ' ');

/** What can be pressed on this page now, on which key, and the switch that turns single keys off (WCAG 2.1.4). */
export function ShortcutHelp({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { say } = useSay();
  const shortcuts = useLiveShortcuts();
  const on = useShortcutsOn();
  const moved = useMovedKeys();
  const move = (keys: string, label: string, typed: string): void => {
    const to = typed.slice(-1).toLowerCase();
    if (!isMovable(to) || to === keyFor(keys)) return;
    moveKey(keys, to);
    announce(say('keys.moved', { label, key: to.toUpperCase() }));
  };
  return (
    <Dialog
      title={say('keys.title')}
      onClose={onClose}
      actions={
        <>
          {Object.keys(moved).length > 0 && <Button onClick={resetKeys}>{say('keys.reset')}</Button>}
          <Button onClick={onClose}>{say('common.close')}</Button>
        </>
      }
    >
      <p>
        <Switch checked={on} onChange={switchShortcuts} aria-label={say('keys.switch')} /> {say('keys.switch')}
      </p>
      <table className="plain keys">
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{say('keys.key')}</th>
            <th scope="col">{say('keys.does')}</th>
          </tr>
        </thead>
        <tbody>
          {shortcuts.map(({ keys, label }) => (
            <tr key={keys + label}>
              <td>
                {isMovable(keys) ? (
                  <Input
                    className="key-field"
                    value={printed(keys).toUpperCase()}
                    aria-label={say('keys.change', { label })}
                    autoComplete="off"
                    spellCheck={false}
                    onFocus={(event) => event.target.select()}
                    onChange={(event) => move(keys, label, event.target.value)}
                  />
                ) : (
                  <kbd>{printed(keys)}</kbd>
                )}
              </td>
              <td>{label}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="muted">{say('keys.remap')}</p>
      <p className="muted">{say('keys.ime')}</p>
    </Dialog>
  );
}

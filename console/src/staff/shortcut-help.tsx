import { Button, Switch } from 'antd';
import type { ReactNode } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { switchShortcuts, useLiveShortcuts, useShortcutsOn } from '../ui/shortcuts.tsx';
import { useSay } from './use-say.ts';

const isMac = /mac/i.test(navigator.userAgent);
export const printed = (keys: string): string =>
  keys === '(\\?|？)' ? '?' : keys.replace('$mod', isMac ? '⌘' : 'Ctrl').replaceAll('+', ' ');

/** What can be pressed on this page now, and the switch that turns single keys off (WCAG 2.1.4). */
export function ShortcutHelp({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { say } = useSay();
  const shortcuts = useLiveShortcuts();
  const on = useShortcutsOn();
  return (
    <Dialog
      title={say('keys.title')}
      onClose={onClose}
      actions={<Button onClick={onClose}>{say('common.close')}</Button>}
    >
      <p>
        <Switch checked={on} onChange={switchShortcuts} aria-label={say('keys.switch')} /> {say('keys.switch')}
      </p>
      <table className="plain">
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
                <kbd>{printed(keys)}</kbd>
              </td>
              <td>{label}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="muted">{say('keys.ime')}</p>
    </Dialog>
  );
}

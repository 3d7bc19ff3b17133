import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { newKey } from '../../api/client.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { announce } from '../../ui/live-region.tsx';
import { useSay } from '../use-say.ts';
import { ProblemNote } from './problem-note.tsx';

interface ActDialogProps {
  readonly title: string;
  /** What the button says: the act itself, not "OK". */
  readonly act: string;
  readonly ready: boolean;
  /** The key is made when the dialog opens: pressed twice, done once (C6). */
  readonly send: (key: string) => Promise<unknown>;
  /** What is said when it is done. */
  readonly done: string;
  /** Lists and records that it changes. */
  readonly changes: readonly (readonly unknown[])[];
  readonly onClose: () => void;
  readonly danger?: boolean;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** One act with what it needs to be told: says what went wrong in place, and closes only when it is done. */
export function ActDialog(props: ActDialogProps): ReactNode {
  const { title, act, ready, send, done, changes, onClose, danger = false, wide = false, children } = props;
  const { say } = useSay();
  const client = useQueryClient();
  const [key] = useState(newKey);
  const sending = useMutation({
    mutationFn: () => send(key),
    onSuccess: () => {
      announce(done);
      onClose();
      return Promise.all(changes.map((queryKey) => client.invalidateQueries({ queryKey })));
    },
  });
  return (
    <Dialog
      title={title}
      onClose={onClose}
      wide={wide}
      actions={
        <>
          <Button onClick={onClose}>{say('common.cancel')}</Button>
          <Button
            type="primary"
            danger={danger}
            disabled={!ready}
            loading={sending.isPending}
            onClick={() => sending.mutate()}
          >
            {act}
          </Button>
        </>
      }
    >
      <ProblemNote error={sending.error} />
      <div className="stack">{children}</div>
    </Dialog>
  );
}

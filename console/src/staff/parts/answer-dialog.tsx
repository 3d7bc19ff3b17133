import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { newKey } from '../../api/client.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { useSay } from '../use-say.ts';
import { ProblemNote } from './problem-note.tsx';

interface AnswerDialogProps<T> {
  readonly title: string;
  readonly act: string;
  readonly ready: boolean;
  /** The key is made when the dialog opens: pressed twice, done once (C6). */
  readonly send: (key: string) => Promise<T>;
  /** What came back: shown here once, and kept nowhere. */
  readonly answer: (given: T) => ReactNode;
  /** It cannot be had again: only a press closes the dialog then. */
  readonly once?: boolean;
  readonly onAnswer?: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** An act whose answer is the point of it: what it needs is asked for, and the answer takes its place. */
export function AnswerDialog<T>(props: AnswerDialogProps<T>): ReactNode {
  const { title, act, ready, send, answer, once = false, onAnswer, onClose, children } = props;
  const { say } = useSay();
  const [key] = useState(newKey);
  const asking = useMutation({ gcTime: 0, mutationFn: () => send(key), ...(onAnswer ? { onSuccess: onAnswer } : {}) });
  const given = asking.data;
  const answered = given !== undefined;
  return (
    <Dialog
      wide
      title={title}
      onClose={answered && once ? undefined : onClose}
      actions={
        <>
          <Button onClick={onClose}>{say(answered ? 'common.close' : 'common.cancel')}</Button>
          {!answered && (
            <Button type="primary" disabled={!ready} loading={asking.isPending} onClick={() => asking.mutate()}>
              {act}
            </Button>
          )}
        </>
      }
    >
      <ProblemNote error={asking.error} />
      <div className="stack">{answered ? answer(given) : children}</div>
    </Dialog>
  );
}

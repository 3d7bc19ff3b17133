import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../api/client.ts';
import type { Hold } from '../../held/held.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { useSay } from '../../use-say.ts';
import { ChoiceForm } from './choice-form.tsx';
import type { SubjectProps } from './task-page.tsx';

interface DeskProps<T> {
  readonly query: UseQueryResult<T>;
  /** All there is to judge by, in the order in which it is read. */
  readonly shown: (subject: T) => ReactNode;
  readonly form: (subject: T) => ReactNode;
}

/** Every desk is laid out alike: what is judged, and beside it the form that decides (C18). */
export function Desk<T>({ query, shown, form }: DeskProps<T>): ReactNode {
  return (
    <Loaded query={query}>
      {(subject) => (
        <div className="two">
          <div className="stack">{shown(subject)}</div>
          <div className="side">{form(subject)}</div>
        </div>
      )}
    </Loaded>
  );
}

interface ApprovalFormProps extends SubjectProps {
  readonly command: Hold['command'];
  /** What follows from a yes and from a no, where that is not plain. */
  readonly follows?: { readonly yes: string; readonly no: string; readonly warn?: boolean };
}

/** The second person's yes or no, in words (C21). */
export function ApprovalForm({ task, onDecided, command, follows }: ApprovalFormProps): ReactNode {
  const { say } = useSay();
  return (
    <ChoiceForm
      task={task}
      onDecided={onDecided}
      choices={[
        { id: 'approve', key: 'a', label: say('approval.approve') },
        { id: 'decline', key: 'r', label: say('approval.decline') },
      ]}
      textLabel={say('approval.note')}
      textRequired
      more={({ decision }) =>
        follows && (
          <p className={follows.warn && decision === 'approve' ? 'note warn' : 'note'}>
            {decision === 'approve' ? follows.yes : follows.no}
          </p>
        )
      }
      hold={({ decision, text }) => ({
        command,
        body: { approved: decision === 'approve', note: text } satisfies Schemas['ApprovalDto'],
      })}
    />
  );
}

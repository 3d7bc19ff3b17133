import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { newKey } from '../../../api/client.ts';
import { isProblem } from '../../../api/problem.ts';
import { atTime } from '../../../i18n/times.ts';
import type { Draft } from '../../../ui/drafts.ts';
import { alarm } from '../../../ui/live-region.tsx';
import { useShortcuts } from '../../../ui/shortcuts.tsx';
import { giveDecision, heldQueryKey, type Hold } from '../../held/held.ts';
import { ConflictPanel, WhoDidWhat, type WhoAndWhen } from '../../parts/conflict-panel.tsx';
import { outcomeSaid, type TaskOutcome } from '../../parts/outcome-said.ts';
import { Key } from '../../parts/key.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { wordOf } from '../../parts/word.ts';
import { useSession } from '../../session.tsx';
import { useSay } from '../../use-say.ts';
import { decisionForm, firstMissing, nameOf } from './first-missing.ts';
import { isMine, type Task } from './use-task.ts';

/** Answers that mean "the world moved on": shown as what happened, not as an error of mine. */
const OVERTAKEN = [
  'review_task_taken',
  'review_task_ended',
  'review_claim_required',
  'stale_version',
  'plan_changed',
  'wrong_state',
];

/** A command on its way, or one whose answer never came. */
interface Attempt {
  readonly words: string;
  readonly command: Hold;
  readonly key: string;
}

/** Nobody knows whether it was carried out. */
const unanswered = (error: unknown): boolean => !isProblem(error) || error.status === 0 || error.status >= 500;
const isHeld = (answer: unknown): boolean =>
  typeof answer === 'object' && answer !== null && (answer as { state?: unknown }).state === 'held';

interface DecisionFrameProps {
  readonly task: Task;
  readonly draft: Draft<object>;
  /** The words in the draft, for copying them away. */
  readonly text: string;
  readonly complete: boolean;
  /** One idempotent command that the service keeps while it can be taken back, and does all that follows from (C6, C11). */
  readonly hold?: () => Hold;
  /** For a decision that takes effect at once. */
  readonly send?: () => Promise<unknown>;
  readonly onDecided: (next: boolean) => void;
  readonly children: ReactNode;
}

/** What every decision has: the form, the draft, sending once, and what happens when somebody else was faster. */
export function DecisionFrame({
  task,
  draft,
  text,
  complete,
  hold,
  send,
  onDecided,
  children,
}: DecisionFrameProps): ReactNode {
  const { say, language } = useSay();
  const session = useSession();
  const client = useQueryClient();
  const sending = useRef(false);
  const [state, setState] = useState<{ busy: boolean; error: unknown; done: boolean }>({
    busy: false,
    error: null,
    done: false,
  });
  const [missing, setMissing] = useState('');
  const attempt = useRef<Attempt>(undefined);
  /** The same words pressed again are the same command to the letter, whatever was read meanwhile; other words another one. */
  const keyed = (command: Hold): [Hold, string] => {
    const words = JSON.stringify(draft.value);
    if (attempt.current?.words !== words) attempt.current = { words, command, key: newKey() };
    return [attempt.current.command, attempt.current.key];
  };
  const mine = isMine(task, session.id);
  const decide = task.actions.find((a) => a.action === 'decide');

  /** What is missing is gone to and named: a key that does nothing tells nobody why. */
  const pointOut = (): void => {
    const field = firstMissing(decisionForm());
    const what = field && nameOf(field);
    field?.focus();
    const told = what ? say('decision.missing', { what }) : say('decision.incomplete');
    setMissing(told);
    alarm(told);
  };

  const submit = async (next: boolean): Promise<void> => {
    // A ref, not the state: two presses within one frame are one decision.
    if (sending.current || state.done) return;
    if (!complete) return pointOut();
    sending.current = true;
    setState({ busy: true, error: null, done: false });
    try {
      const held = hold ? await giveDecision(task.id, ...keyed(hold())) : await send?.();
      attempt.current = undefined;
      // While it can be taken back the words stay: taken back, they stand in the form as they were.
      const waits = isHeld(held);
      if (!waits) draft.clear();
      setState({ busy: false, error: null, done: !waits });
      if (waits) await client.invalidateQueries({ queryKey: heldQueryKey });
      if (waits) await client.invalidateQueries({ queryKey: ['task', task.id] });
      onDecided(next);
    } catch (error) {
      if (!unanswered(error)) attempt.current = undefined;
      setState({ busy: false, error, done: false });
      alarm(say('decision.failed'));
    } finally {
      sending.current = false;
      void client.invalidateQueries({ queryKey: ['task', task.id] });
      void client.invalidateQueries({ queryKey: ['deregistration', task.subjectId] });
    }
  };
  useShortcuts([
    { keys: '$mod+Enter', label: say('decision.submit'), run: () => void submit(false), inFields: true },
    { keys: '$mod+Shift+Enter', label: say('decision.submitNext'), run: () => void submit(true), inFields: true },
  ]);

  if (mine && task.decidingUntil !== null) {
    return (
      <section className="card decision" id="decision" aria-label={say('decision.title')}>
        <h2>{say('decision.title')}</h2>
        <p className="note good">{say('hold.given')}</p>
        <p>
          <NextTask take={() => onDecided(true)} />
        </p>
      </section>
    );
  }
  if (state.done || task.endedAt !== null) {
    const byMe = state.done || task.changedBy === session.id;
    return (
      <section className="card decision" id="decision" aria-label={say('decision.title')}>
        <h2>{say('decision.title')}</h2>
        {byMe ? (
          <>
            <p className="note good">{say('decision.stored')}</p>
            {task.outcome && <p>{outcomeSaid(say, language, task.kind, task.outcome)}</p>}
            <p className="muted">{wordOf(say, 'reverse', task.kind)}</p>
          </>
        ) : text === '' ? (
          <div className="note">
            <WhoDidWhat kind={task.kind} other={changeOf(task)} />
          </div>
        ) : (
          <ConflictPanel kind={task.kind} other={changeOf(task)} text={text} />
        )}
        {!byMe && text !== '' && <blockquote className="preview">{text}</blockquote>}
        <p>
          <NextTask take={() => onDecided(true)} />
        </p>
      </section>
    );
  }
  const overtaken = isProblem(state.error, ...OVERTAKEN);
  return (
    <section className="card decision" id="decision" aria-label={say('decision.title')}>
      <h2>{say('decision.title')}</h2>
      {draft.restored && draft.savedAt && (
        <p className="muted">{say('draft.restored', { when: atTime(draft.savedAt, language) })}</p>
      )}
      {children}
      {overtaken && isProblem(state.error) && (
        <ConflictPanel kind={task.kind} other={otherOf(state.error.document)} text={text}>
          <span>{state.error.message}</span>
        </ConflictPanel>
      )}
      {!overtaken && <ProblemNote error={state.error} />}
      <div className="decision-foot">
        <div className="row">
          <Button type="primary" loading={state.busy} disabled={!complete || !mine} onClick={() => void submit(false)}>
            {say('decision.submit')} <kbd>Ctrl Enter</kbd>
          </Button>
          <Button disabled={!complete || !mine || state.busy} onClick={() => void submit(true)}>
            {say('decision.submitNext')}
          </Button>
        </div>
        {!complete && missing !== '' && (
          <p className="note warn" data-testid="missing">
            {missing}
          </p>
        )}
        <p className="muted" data-testid="draft-state">
          {!mine && decide?.reason ? `${wordOf(say, 'whyNot', decide.reason)} · ` : ''}
          {draft.savedAt ? say('draft.saved', { when: atTime(draft.savedAt, language) }) : say('draft.none')}
        </p>
      </div>
    </section>
  );
}

/** What was pressed is gone: the focus goes on here, so that one more press takes the next task. */
function NextTask({ take }: { readonly take: () => void }): ReactNode {
  const { say } = useSay();
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) ref.current?.focus();
  }, []);
  useShortcuts([{ keys: 'n', label: say('queue.claimNext'), run: take }]);
  return (
    <Button type="primary" ref={ref} onClick={take}>
      {say('queue.claimNext')} <Key of="n" />
    </Button>
  );
}

const changeOf = (task: Task): WhoAndWhen => ({
  who: task.changedBy,
  what: task.change,
  when: task.updatedAt,
  outcome: task.outcome,
});

function otherOf(document: Readonly<Record<string, unknown>>): WhoAndWhen | undefined {
  const { changedBy, change, changedAt, outcome } = document;
  if (typeof changedBy !== 'string' || typeof change !== 'string' || typeof changedAt !== 'string') return undefined;
  return { who: changedBy, what: change, when: changedAt, outcome: outcome as TaskOutcome | undefined };
}

import { lazy, Suspense, useEffect, useRef, type ReactNode } from 'react';
import { Link, useLocation, useNavigate, useParams } from 'react-router';
import { comma } from '../../../i18n/comma.ts';
import { addTexts } from '../../../i18n/language.ts';
import { announce } from '../../../ui/live-region.tsx';
import { Deadline } from '../../parts/deadline.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { wordOf } from '../../parts/word.ts';
import { useSession } from '../../session.tsx';
import { useSay } from '../../use-say.ts';
import { useClaimNext } from '../queue/claim-next.ts';
import { NothingLeft } from '../queue/nothing-left.tsx';
import { shortId } from '../../parts/short-id.ts';
import { LeasePanel } from './lease-panel.tsx';
import { skippedBefore, SkippedNote, SkipsNote } from './skipped-note.tsx';
import { TaskActions } from './task-actions.tsx';
import './task.css';
import { type Task, useTask } from './use-task.ts';
import { useViewers } from './use-viewers.ts';

export interface SubjectProps {
  readonly task: Task;
  /** After a decision was stored: stay, or take the next one. */
  readonly onDecided: (next: boolean) => void;
}

type Subject = (props: SubjectProps) => ReactNode;

/** A task whose words are those of the pages beside it: they come with it. */
const withWords = (load: () => Promise<Subject>): React.LazyExoticComponent<Subject> =>
  lazy(async () => {
    const [page, { catalogs }] = await Promise.all([load(), import('../enforcement/texts.ts')]);
    await addTexts(catalogs);
    return { default: page };
  });
const CorrectionTask = withWords(async () => (await import('./information/correction-task.tsx')).CorrectionTask);

const RecoveryTask = lazy(async () => ({ default: (await import('./recovery/recovery-task.tsx')).RecoveryTask }));

const subjects: Readonly<Record<string, React.LazyExoticComponent<Subject>>> = {
  deregistration: lazy(async () => ({
    default: (await import('./deregistration/deregistration-task.tsx')).DeregistrationTask,
  })),
  deregistration_stalled: lazy(async () => ({
    default: (await import('./deregistration/stalled-task.tsx')).StalledTask,
  })),
  case: withWords(async () => (await import('./enforcement/case-task.tsx')).CaseTask),
  decision_approval: withWords(async () => (await import('./enforcement/approval-task.tsx')).ApprovalTask),
  appeal: withWords(async () => (await import('./enforcement/appeal-task.tsx')).AppealTask),
  account_misuse: withWords(async () => (await import('./recovery/misuse-task.tsx')).MisuseTask),
  recovery: RecoveryTask,
  guardian: RecoveryTask,
  registration: lazy(async () => ({
    default: (await import('./registration/registration-task.tsx')).RegistrationTask,
  })),
  information_correction: CorrectionTask,
  birth_date_correction: CorrectionTask,
  rectification: withWords(async () => (await import('./enforcement/order-task.tsx')).OrderTask),
  referral_approval: withWords(async () => (await import('./enforcement/referral-task.tsx')).ReferralTask),
  referral_followup: withWords(async () => (await import('./enforcement/referral-task.tsx')).ReferralTask),
  sanction_review: withWords(async () => (await import('./enforcement/sanction-review-task.tsx')).SanctionReviewTask),
  bulk_approval: withWords(async () => (await import('./enforcement/bulk-task.tsx')).BulkTask),
  ban_objection: withWords(async () => (await import('./enforcement/objection-task.tsx')).ObjectionTask),
  content_removal: withWords(async () => (await import('./enforcement/removal-task.tsx')).RemovalTask),
};
/** A kind of work that came after this console: what is known is shown, and housekeeping works. */
const OtherTask = lazy(async () => ({ default: (await import('./other-task.tsx')).OtherTask }));

/** One task, one page: everything for the judgement, the form beside it, the claim above. */
export function TaskPage(): ReactNode {
  const { id = '' } = useParams();
  return <Loaded query={useTask(id)}>{(task) => <OneTask key={task.id} task={task} />}</Loaded>;
}

function OneTask({ task }: { readonly task: Task }): ReactNode {
  const { say } = useSay();
  const session = useSession();
  const navigate = useNavigate();
  const claim = useClaimNext();
  const Subject = subjects[task.kind] ?? OtherTask;
  const conflicted = task.actions.some((a) => a.action === 'decide' && a.reason === 'conflict_of_interest');
  const skipped = skippedBefore(useLocation().state);
  const onNext = (state?: object): void =>
    void claim.take([task.kind], (id) => navigate(`/tasks/${id}`, state === undefined ? {} : { state }));
  const onDecided = (next: boolean): void => {
    announce(say('task.decided'));
    if (next) onNext();
  };
  useReturnFocus(task);
  // Whoever has it is named as that already.
  const viewers = useViewers(task.id).filter((id) => task.state !== 'claimed' || id !== task.assignee);
  const decidedByOther = task.decidingUntil !== null && task.assignee !== session.id;
  return (
    <section className="page">
      <p className="crumbs">
        <Link to="/">{say('nav.queue')}</Link>
      </p>
      <div className="row spread">
        <PageHeading of={task.id}>
          {wordOf(say, 'kind', task.kind)} <span className="mono">{shortId(task.id)}</span>
        </PageHeading>
        <div className="row">
          <Deadline dueAt={task.dueAt} provisional={task.provisionalDue} endedAt={task.endedAt} />
          <span className={`chip ${task.state === 'claimed' ? 'accent' : ''}`}>
            {wordOf(say, 'state', task.state)}
            {task.assignee && ` · ${task.assignee === session.id ? say('queue.you') : task.assignee}`}
          </span>
          {task.reservedFor && task.state === 'open' && (
            <span className="chip">{say('queue.reserved', { who: task.reservedFor })}</span>
          )}
          {viewers.length > 0 && (
            <span className="chip" data-testid="viewers">
              {say('task.viewers', { who: viewers.join(comma()) })}
            </span>
          )}
        </div>
      </div>
      {decidedByOther && <p className="note">{say('hold.byOther', { who: task.assignee })}</p>}
      {conflicted && <p className="note warn">{say('task.conflict')}</p>}
      {task.escalationReason && (
        <p className="note warn">
          {task.escalationReason === 'skipped_by_several'
            ? say('task.handedUp')
            : say('task.escalated', { who: task.escalatedBy, reason: task.escalationReason })}
        </p>
      )}
      {task.handoverReason && task.endedAt === null && (
        <p className="note">{say('task.handedOver', { reason: task.handoverReason })}</p>
      )}
      <SkipsNote task={task} />
      {task.skippedByYou ? (
        <SkippedNote task={task} here />
      ) : (
        skipped && <SkippedNote key={skipped.id} task={skipped} />
      )}
      <NothingLeft nothing={claim.nothing} />
      <ProblemNote error={claim.error} />
      <div className="task-bar">
        <LeasePanel task={task} />
        <TaskActions task={task} onSkipped={() => onNext({ skipped: { id: task.id, kind: task.kind } })} />
        {task.endedAt === null && task.kind !== 'deregistration_stalled' && (
          <a className="to-decision" href="#decision">
            {say('decision.title')}
          </a>
        )}
      </div>
      <Suspense fallback={<p className="muted">{say('common.loading')}</p>}>
        <Subject task={task} onDecided={onDecided} />
      </Suspense>
    </section>
  );
}

/** When a button goes away under the focus (claimed, extended), the page keeps the reader where they were. */
function useReturnFocus(task: Task): void {
  const state = useRef(task.state);
  useEffect(() => {
    if (state.current !== task.state && document.activeElement === document.body)
      document.querySelector<HTMLElement>('#main h1')?.focus();
    state.current = task.state;
  }, [task.state]);
}

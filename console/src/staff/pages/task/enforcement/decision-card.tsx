import type { ReactNode } from 'react';
import type { Schemas } from '../../../../api/client.ts';
import { comma } from '../../../../i18n/comma.ts';
import { atTime } from '../../../../i18n/times.ts';
import { FeatureNames } from '../../../parts/violations.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSay } from '../../../use-say.ts';
import type { Decision } from './parts.tsx';

/** A decision as it was taken: measures, and the statement of reasons word for word. */
export function DecisionCard({
  decision: d,
  tools,
}: {
  readonly decision: Decision;
  readonly tools?: ReactNode;
}): ReactNode {
  const { say, language } = useSay();
  const statement = d.statementOfReasons;
  return (
    <section className="card" aria-label={say('decisionCard.title')}>
      <div className="row spread">
        <h2>{say('decisionCard.title')}</h2>
        <span className="chip">{wordOf(say, 'decisionState', d.state)}</span>
      </div>
      <p className="muted">
        {d.decidedBy} · {atTime(d.decidedAt, language)} · {say('queue.clause', { clauses: d.clauses.join(comma()) })}
        {d.approvedBy && ` · ${say('decisionCard.approvedBy', { who: d.approvedBy })}`}
      </p>
      <ul className="tight">
        {d.sanctions.map((s) => (
          <li key={s.id}>
            {wordOf(say, 'measure', s.type)} <FeatureNames of={s.features} accountId={d.accountId} /> ·{' '}
            {atTime(s.startsAt, language)} – {s.endsAt ? atTime(s.endsAt, language) : say('standing.open')} ·{' '}
            {wordOf(say, 'sanctionState', s.state)}
          </li>
        ))}
      </ul>
      {statement && <Statement statement={statement} />}
      {d.changes.map((change) => (
        <div key={change.id}>
          <p className="muted">{atTime(change.at, language)}</p>
          {change.notice && <NoticeShown notice={change.notice} />}
        </div>
      ))}
      {tools}
    </section>
  );
}

/** Word for word what the person will read, rendered by the service from the statement of reasons (C7). */
export function NoticeShown({ notice }: { readonly notice: Schemas['NoticeTextDto'] }): ReactNode {
  const { say } = useSay();
  return (
    <div className="preview" data-testid="notice" lang={notice.language}>
      <p className="muted">{say('decision.personReads')}</p>
      <p>
        <strong>{notice.title}</strong>
      </p>
      <p className="as-written">{notice.text}</p>
    </div>
  );
}

/** What the person reads. */
export function Statement({ statement }: { readonly statement: Readonly<Record<string, unknown>> }): ReactNode {
  const { say } = useSay();
  const words = ['facts', 'explanation', 'requiredMaterials', 'proportionality'] as const;
  return (
    <div className="preview" data-testid="statement">
      <p className="muted">{say('decision.personReads')}</p>
      {words.map((name) => {
        const text = statement[name];
        return typeof text === 'string' && text !== '' ? (
          <p key={name}>
            <strong>{wordOf(say, 'statement', name)}</strong>
            <br />
            {text}
          </p>
        ) : null;
      })}
    </div>
  );
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useRef, useState, type ReactNode } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { ask, newKey, type Schemas } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { useDraft } from '../../../ui/drafts.ts';
import { announce } from '../../../ui/live-region.tsx';
import { api } from '../../api.ts';
import { SelectField, TextField } from '../../parts/form-fields.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useViolations } from '../../parts/violations.tsx';
import { wordOf } from '../../parts/word.ts';
import { useSession } from '../../session.tsx';
import { shortId } from '../../parts/short-id.ts';
import { CaseLetter } from '../task/enforcement/case-letter.tsx';
import { Area, MeasureFields } from '../task/enforcement/measure-fields.tsx';
import { Statement } from '../task/enforcement/decision-card.tsx';
import { PolicyText } from '../task/enforcement/parts.tsx';
import '../task/task.css';
import { ScopeFields } from './bulk-scope.tsx';
import { type BulkWords, NOTHING, type Order, orderOf, useRefused } from './bulk-words.ts';
import { useSay } from './texts.ts';

type Bulk = Schemas['BulkDto'];

/**
 * One judgement about many (C17): whom it means is named first, the service counts them and decides a sample for nothing,
 * and only what was counted can be proposed. What becomes of each stands on its page afterwards (C16).
 */
export function ProposeBulkPage(): ReactNode {
  const { say } = useSay();
  const [params] = useSearchParams();
  const linkedTo = params.get('linkedTo');
  const of = params.get('of');
  return (
    <section className="page">
      <p className="crumbs">
        <Link to="/bulk-decisions">{say('nav.bulk')}</Link>
      </p>
      <PageHeading>{say('bulkDecision.propose')}</PageHeading>
      {of ? (
        <Refused of={of} />
      ) : (
        <Proposal
          id={`new-bulk:${linkedTo ?? ''}`}
          first={linkedTo ? { ...NOTHING, how: 'found', linkedTo } : NOTHING}
        />
      )}
    </section>
  );
}

function Refused({ of }: { readonly of: string }): ReactNode {
  return <Loaded query={useRefused(of)}>{(first) => <Proposal id={`new-bulk:${of}`} first={first} />}</Loaded>;
}

function Proposal({ id, first }: { readonly id: string; readonly first: BulkWords }): ReactNode {
  const { say, language } = useSay();
  const draft = useDraft<BulkWords>(useSession().id, id, first);
  const words = draft.value;
  const set = (change: Partial<BulkWords>): void => draft.set(change);
  const matter = { clauses: words.clause === '' ? [] : [words.clause], contents: [] };
  const clauses = useViolations().data?.clauses ?? [];
  return (
    <>
      {draft.restored && draft.savedAt && (
        <p className="row muted">
          {say('draft.restored', { when: atTime(draft.savedAt, language) })}
          <button type="button" className="link" onClick={draft.clear}>
            {say('bulkDecision.startAnew')}
          </button>
        </p>
      )}
      <div className="two">
        <div className="stack">
          <section className="card stack" aria-label={say('bulkDecision.whom')}>
            <h2>{say('bulkDecision.whom')}</h2>
            <ScopeFields words={words} set={set} />
            <Area id="note" label={say('bulkDecision.note')} value={words.note} set={(note) => set({ note })} />
          </section>
          <section className="card stack" aria-label={say('bulkDecision.what')}>
            <h2>{say('bulkDecision.what')}</h2>
            <SelectField
              name="clauses"
              label={say('case.clauses')}
              value={words.clause}
              options={[
                { value: '', label: say('cases.choose') },
                ...clauses.map((c) => ({ value: c.ref, label: `${c.ref} ${c[language === 'en' ? 'en' : 'zh']}` })),
              ]}
              onChange={(clause) => set({ clause })}
            />
            <MeasureFields words={words} set={set} matter={matter} inLetter />
            <CaseLetter
              words={words}
              set={set}
              matter={matter}
              notice={undefined}
              proportionality={words.chosen.includes('suspension')}
            />
            <TextField
              name="deviationReason"
              label={say('case.deviation')}
              hint={say('bulkDecision.deviationHint')}
              value={words.deviationReason}
              max={2000}
              rows={2}
              onChange={(deviationReason) => set({ deviationReason })}
            />
          </section>
        </div>
        <div className="stack side">
          <Rehearsal words={words} clear={draft.clear} />
          {words.clause !== '' && <PolicyText refs={[words.clause]} />}
        </div>
      </div>
    </>
  );
}

interface RehearsalProps {
  readonly words: BulkWords;
  readonly clear: () => void;
}

/** Counted first, proposed then: only exactly what was counted. */
function Rehearsal({ words, clear }: RehearsalProps): ReactNode {
  const { say } = useSay();
  const navigate = useNavigate();
  const client = useQueryClient();
  const order = orderOf(words);
  const text = JSON.stringify(order);
  const [counted, setCounted] = useState<{ readonly text: string; readonly bulk: Bulk }>();
  const key = useRef<{ readonly text: string; readonly key: string }>(undefined);
  const count = useMutation({
    mutationFn: async (body: Order) => {
      const bulk = await ask(api.POST('/v1/bulk-decisions', { body: { ...body, dryRun: true } }));
      setCounted({ text: JSON.stringify(body), bulk });
      announce(say('bulkDecision.about', { n: bulk.total }));
    },
  });
  const propose = useMutation({
    mutationFn: (body: Order) => {
      // The same words pressed again are the same command (C6).
      if (key.current?.text !== text) key.current = { text, key: newKey() };
      const header = { 'Idempotency-Key': key.current.key };
      return ask(api.POST('/v1/bulk-decisions', { params: { header }, body }));
    },
    onSuccess: (bulk) => {
      clear();
      announce(say('bulkDecision.proposed'));
      void client.invalidateQueries({ queryKey: ['bulk-decisions'] });
      void navigate(`/bulk-decisions/${bulk.id}`);
    },
  });
  const current = counted !== undefined && counted.text === text ? counted.bulk : undefined;
  return (
    <section className="card stack" aria-label={say('bulkDecision.rehearsal')}>
      <h2>{say('bulkDecision.rehearsal')}</h2>
      {order === undefined && <p className="muted">{say('bulkDecision.incomplete')}</p>}
      <p>
        <Button disabled={order === undefined} loading={count.isPending} onClick={() => order && count.mutate(order)}>
          {say('bulkDecision.count')}
        </Button>
      </p>
      <ProblemNote error={count.error ?? propose.error} />
      {counted && !current && <p className="note warn">{say('bulkDecision.countAgain')}</p>}
      {current && <Sample bulk={current} />}
      {order && <Statement statement={{ ...order.decision.statementOfReasons }} />}
      {current && (
        <>
          <p className="note">{say('bulkDecision.proposeText')}</p>
          <p>
            <Button type="primary" loading={propose.isPending} onClick={() => order && propose.mutate(order)}>
              {say('bulkDecision.proposeNow', { n: current.total })}
            </Button>
          </p>
        </>
      )}
    </section>
  );
}

/** How many it means, and what would become of the first of them. */
function Sample({ bulk }: { readonly bulk: Bulk }): ReactNode {
  const { say } = useSay();
  const refused = bulk.sample.filter(({ state }) => state === 'refused').length;
  return (
    <div className="stack" data-testid="counted">
      <p>
        <strong>{say('bulkDecision.about', { n: bulk.total })}</strong>{' '}
        {say('bulkDecision.sampled', { n: bulk.sample.length, refused })}
      </p>
      <div className="scroll outcomes" tabIndex={0} role="region" aria-label={say('bulkDecision.sample')}>
        <table className="plain slim">
          <tbody>
            {bulk.sample.map((item) => (
              <tr key={item.accountId}>
                <td>
                  <Link to={`/accounts/${item.accountId}`} className="mono">
                    {shortId(item.accountId)}
                  </Link>
                </td>
                <td>
                  {item.problem === null ? (
                    <span className="chip good">{say('bulkDecision.wouldDo')}</span>
                  ) : (
                    <span className="chip bad">{wordOf(say, 'decisionProblem', item.problem)}</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

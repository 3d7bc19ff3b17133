import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { ask } from '../../../api/client.ts';
import { api } from '../../api.ts';
import { AccountGlance } from '../../parts/account-glance.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { Timeline } from '../../parts/timeline.tsx';
import { shortId } from '../../parts/short-id.ts';
import { CaseEvidence } from '../task/enforcement/case-evidence.tsx';
import { CaseCard } from '../task/enforcement/case-card.tsx';
import { DecisionTools } from '../task/enforcement/decision-tools.tsx';
import { DecisionCard } from '../task/enforcement/decision-card.tsx';
import { LinkedAccounts, PolicyText, Sanctions, useCase } from '../task/enforcement/parts.tsx';
import '../task/task.css';
import { useSay } from './texts.ts';

/** The work about a case: what waits, or else what was done last; evidence is looked at for its sake, on record (C12). */
const useWorkOf = (caseId: string) =>
  useQuery({
    queryKey: ['work-of', caseId],
    queryFn: async () => {
      const of = (status?: 'done' | 'cancelled') =>
        ask(
          api.GET('/v1/review-tasks', {
            params: { query: { subjectId: caseId, kind: 'case', limit: 1, ...(status ? { status } : {}) } },
          }),
        );
      const found = [await of(), await of('done'), await of('cancelled')];
      return found.flatMap(({ items }) => items)[0] ?? null;
    },
    refetchInterval: 15_000,
  });

/** One case with everything in it, whatever its state: a decided one is looked at again from here (ENF-10, ENF-13). */
export function CasePage(): ReactNode {
  const { say } = useSay();
  const navigate = useNavigate();
  const { id = '' } = useParams();
  const task = useWorkOf(id).data;
  return (
    <section className="page">
      <div className="row spread">
        <PageHeading of={id}>
          {say('case.title')} <span className="mono">{shortId(id)}</span>
        </PageHeading>
        {task && task.endedAt === null && (
          <Button type="primary" size="large" onClick={() => void navigate(`/tasks/${task.id}`)}>
            {say('cases.work')}
          </Button>
        )}
      </div>
      <Loaded query={useCase(id)}>
        {(found) => (
          <>
            {found.mergedInto && (
              <p className="note">
                {say('cases.mergedInto')} <Link to={`/cases/${found.mergedInto}`}>{shortId(found.mergedInto)}</Link>
              </p>
            )}
            <div className="two">
              <div className="stack">
                <CaseCard found={found} />
                {found.decisions.map((d) => (
                  <DecisionCard key={d.id} decision={d} tools={<DecisionTools decision={d} />} />
                ))}
                {task ? (
                  <CaseEvidence caseId={id} taskId={task.id} />
                ) : (
                  task === null && <p className="note">{say('cases.noWork')}</p>
                )}
                <PolicyText accountId={found.accountId} refs={found.clauses} />
                <Timeline accountId={found.accountId} />
              </div>
              <div className="stack">
                <AccountGlance accountId={found.accountId} />
                <Sanctions accountId={found.accountId} />
                <LinkedAccounts links={found.links} of={found.accountId} />
                <p>
                  <Link to={`/cases?accountId=${found.accountId}`}>{say('cases.ofAccount')}</Link>
                </p>
              </div>
            </div>
          </>
        )}
      </Loaded>
    </section>
  );
}

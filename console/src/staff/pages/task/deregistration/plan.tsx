import type { ReactNode } from 'react';
import type { Schemas } from '../../../../api/client.ts';
import { comma } from '../../../../i18n/comma.ts';
import { onDay, periodName } from '../../../../i18n/times.ts';
import { Basis } from '../../../parts/basis.tsx';
import { Table } from '../../../parts/table.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSay } from '../../../use-say.ts';

type Plan = Schemas['PlanDto'];
type PlannedClass = Plan['classes'][number];

/** What there is something of comes first. */
const byCount = (a: PlannedClass, b: PlannedClass): number => (b.count ?? 0) - (a.count ?? 0);

/** What goes, what stays, on which basis, until when, and what is held: the plan that the decision is bound to. */
export function PlanCard({ plan }: { readonly plan: Plan }): ReactNode {
  const { say, language } = useSay();
  const goes = plan.classes.filter((c) => c.disposition === 'erase').sort(byCount);
  const stays = plan.classes.filter((c) => c.disposition !== 'erase').sort(byCount);
  // Most accounts have nothing of most classes: these wait behind their number.
  const [staying, empty] = [stays.filter((c) => c.count !== 0), stays.filter((c) => c.count === 0)];
  const [going, nothing] = [goes.filter((c) => c.count !== 0), goes.filter((c) => c.count === 0)];
  const held = plan.classes.filter((c) => c.holds.length > 0);
  return (
    <section className="card" aria-label={say('plan.title')}>
      <div className="row spread">
        <h2>{say('plan.title')}</h2>
        <span className="muted">
          {say('plan.policy', { version: plan.policyVersion })} ·{' '}
          <span className="mono">{plan.planHash.slice(0, 12)}</span>
        </span>
      </div>
      {held.length > 0 && <p className="note warn">{say('plan.held', { n: held.length })}</p>}
      <h3>
        {say('plan.stays')} <span className="chip">{staying.length}</span>
      </h3>
      <Table
        label={say('plan.stays')}
        columns={[say('plan.class'), say('plan.count'), say('plan.basis'), say('plan.until'), say('plan.readers')]}
        rows={staying.map((c) => ({
          key: c.recordClass,
          cells: [
            <Kept key="class" planned={c} />,
            c.count ?? '–',
            <Basis key="basis" of={c.basis} />,
            c.until
              ? onDay(c.until, language)
              : c.period
                ? say('plan.for', { period: periodName(c.period, language) })
                : '–',
            c.readers.map((r) => wordOf(say, 'role', r)).join(comma()) || '–',
          ],
        }))}
      />
      <Empty label={say('plan.nothing', { n: empty.length })} classes={empty} />
      <h3>
        {say('plan.goes')} <span className="chip">{going.length}</span>
      </h3>
      <ul className="goes">
        {going.map((c) => (
          <li key={c.recordClass}>
            <Title planned={c} /> {c.count !== null && <span className="muted">× {c.count}</span>}
          </li>
        ))}
      </ul>
      <Empty label={say('plan.nothing', { n: nothing.length })} classes={nothing} />
      <p className="muted">
        {say('plan.participants', {
          who: plan.participants.map((name) => wordOf(say, 'participant', name)).join(comma()),
        })}
      </p>
    </section>
  );
}

function Empty({ label, classes }: { readonly label: string; readonly classes: readonly PlannedClass[] }): ReactNode {
  if (classes.length === 0) return null;
  return (
    <details>
      <summary className="muted">{label}</summary>
      <ul className="goes">
        {classes.map((c) => (
          <li key={c.recordClass}>
            <Title planned={c} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function Title({ planned }: { readonly planned: PlannedClass }): ReactNode {
  const { language } = useSay();
  return planned.title ? planned.title[language === 'en' ? 'en' : 'zh'] : planned.recordClass;
}

function Kept({ planned: c }: { readonly planned: PlannedClass }): ReactNode {
  const { say, language } = useSay();
  return (
    <>
      <Title planned={c} />
      {c.holds.length > 0 && <span className="chip warn"> {say('plan.hold', { n: c.holds.length })}</span>}
      {c.reason && <div className="muted">{c.reason[language === 'en' ? 'en' : 'zh']}</div>}
    </>
  );
}

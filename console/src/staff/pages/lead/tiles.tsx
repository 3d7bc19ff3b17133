import type { ReactNode } from 'react';
import type { Schemas } from '../../../api/client.ts';
import { rateOf, spanOf } from './figures-in-words.ts';
import { useSay } from './texts.ts';

/** The six figures that a lead looks at first, each with what stands behind it. */
export function Tiles({ found: s }: { readonly found: Schemas['EnforcementStatisticsDto'] }): ReactNode {
  const { say, language } = useSay();
  const waiting = s.queueAge.count;
  const late = s.backlog.reduce((sum, b) => sum + b.overdue, 0);
  const tiles: readonly (readonly [string, string, string])[] = [
    [say('lead.waiting'), String(waiting), say('lead.waitingNote', { late })],
    [say('lead.inTime'), rateOf(s.inTime.cases.rate), say('lead.keptMissed', s.inTime.cases)],
    [say('lead.appealsInTime'), rateOf(s.inTime.appeals.rate), say('lead.keptMissed', s.inTime.appeals)],
    [
      say('lead.toDecision'),
      spanOf(s.timeToDecision.median, language),
      say('lead.p90', { p90: spanOf(s.timeToDecision.p90, language) }),
    ],
    [
      say('lead.overturn'),
      rateOf(s.appeals.overturnRate),
      say('lead.answered', { n: s.appeals.answered.reduce((sum, a) => sum + a.count, 0) }),
    ],
    [say('lead.agreement'), rateOf(s.moderators.agreementRate), say('lead.moderators', { n: s.moderators.moderators })],
  ];
  return (
    <div className="tiles" data-testid="tiles">
      {tiles.map(([name, value, note]) => (
        <div className="tile" key={name}>
          <span className="muted">{name}</span>
          <strong>{value}</strong>
          <span className="muted">{note}</span>
        </div>
      ))}
    </div>
  );
}

import type { ReactNode } from 'react';
import type { Schemas } from '../api/client.ts';
import { moment } from '../people/moment.ts';
import { useSay } from './texts.ts';

type Change = Omit<Schemas['ToldChangeDto'], 'sanctionId'>;

/** What became of a measure later, and why, word for word as it was told (7.1). */
export function Changes({ of }: { readonly of: readonly Change[] }): ReactNode {
  const { say, language } = useSay();
  return of.map((change) => (
    <section key={change.id}>
      <h3>{say('decisions.changedAt', { time: moment(change.at, language) })}</h3>
      {change.notice && (
        <p className="words" lang={change.notice.language}>
          {change.notice.text}
        </p>
      )}
    </section>
  ));
}

const ENDED = ['upheld', 'overturned', 'varied', 'withdrawn', 'out_of_time'];

/** A measure became longer after it was appealed against: there is something new to be heard about. */
export const isNew = (
  changes: readonly Change[],
  appeal: { readonly state: string; readonly filedAt: string },
): boolean =>
  ENDED.includes(appeal.state) &&
  (appeal.state === 'withdrawn' || changes.some((c) => c.statementOfReasons !== null && c.at > appeal.filedAt));

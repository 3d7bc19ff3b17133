import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { ask } from '../../../api/client.ts';
import { comma } from '../../../i18n/comma.ts';
import { atTime } from '../../../i18n/times.ts';
import { api } from '../../api.ts';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { wordOf } from '../../parts/word.ts';
import { useSay } from './texts.ts';

const TONES: Readonly<Record<string, string>> = {
  embargo: 'accent',
  public: 'good',
  corrected: 'warn',
  withdrawn: '',
};
export const visibilityTone = (visibility: string): string => TONES[visibility] ?? '';

/** Outcomes that are announced, also those that nobody outside can read yet or any more (ENF-9). */
export function AnnouncementsPage(): ReactNode {
  const { say, language } = useSay();
  return (
    <section className="page">
      <div className="row spread">
        <PageHeading>{say('nav.announcements')}</PageHeading>
        <a href="/v1/announcements/rss">{say('announcements.feed')}</a>
      </div>
      <p className="muted">{say('announcements.hint')}</p>
      <Paged
        name={['announcement-files']}
        label={say('nav.announcements')}
        refresh={30_000}
        fetch={(cursor) => ask(api.GET('/v1/announcement-files', { params: { query: pageQuery(cursor) } }))}
        columns={[
          say('announcements.who'),
          say('announcements.text'),
          say('misuse.measures'),
          say('queue.state'),
          say('announcements.publishAt'),
        ]}
        row={(a) => ({
          key: a.id,
          cells: [
            <Link key="who" to={`/announcements/${a.id}`} className="mono">
              {a.pseudonym}
            </Link>,
            language === 'en' ? a.textEn : a.textZh,
            a.measures.map((each) => wordOf(say, 'measure', each)).join(comma()),
            <span key="state" className={`chip ${visibilityTone(a.visibility)}`}>
              {wordOf(say, 'visibility', a.visibility)}
            </span>,
            atTime(a.publishAt, language),
          ],
        })}
      />
    </section>
  );
}

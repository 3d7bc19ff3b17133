import type { ReactNode } from 'react';
import { periodName } from '../../../../i18n/times.ts';
import { SelectField, TextField } from '../../../parts/form-fields.tsx';
import { useViolations } from '../../../parts/violations.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSay } from '../../enforcement/texts.ts';
import { ContentFields } from './content-fields.tsx';
import type { ProblemFound } from './decision-problems.tsx';
import {
  BY_DATE,
  isOpenEnded,
  type Matter,
  type Measure,
  type MeasureWords,
  OPEN_ENDED,
  WITH_PERIOD,
} from './measure-words.ts';
import { BanTerm, ReviewDate } from './term-fields.tsx';
import { Ticks } from './ticks.tsx';

const PERIODS = ['P1D', 'P3D', 'P7D', 'P15D', 'P30D', 'P90D'];
const IDENTIFIERS = ['phone', 'third_party', 'device'] as const;

interface Props {
  readonly measure: Measure;
  /** Its place in the decision: a fault that the service names links to its field. */
  readonly place: number;
  readonly told: MeasureWords;
  readonly set: (change: Partial<MeasureWords>) => void;
  readonly matter: Matter;
  readonly banTerm: string | undefined;
  readonly problems: readonly ProblemFound[] | undefined;
  /** What the person is told is written in the letter to them. */
  readonly inLetter: boolean;
}

/** What belongs to one measure, and nothing that does not. */
export function OneMeasure({ measure, place, told, set, matter, banTerm, problems, inLetter }: Props): ReactNode {
  const { say } = useSay();
  const name = (member: string): string => `actions-${place}-${member}`;
  const openEnded = isOpenEnded(measure, told);
  const banned = measure === 'reregistration_ban';
  // A ban or a suspension that lasts too long is looked at again; a field stays once there is something in it.
  const asked = problems?.some(isAboutReview) ?? banned;
  const reviewed = openEnded || ((banned || measure === 'suspension') && (told.reviewAt !== '' || asked));
  return (
    <>
      {WITH_PERIOD.includes(measure) && <Time {...{ measure, told, set, name }} />}
      {banned && (
        <BanTerm name={name('duration')} value={told.period} set={(period) => set({ period })} suggested={banTerm} />
      )}
      {reviewed && <ReviewDate name={name('reviewAt')} value={told.reviewAt} set={(reviewAt) => set({ reviewAt })} />}
      {openEnded && !inLetter && (
        <TextField
          name={name('openEndedReason')}
          label={say('case.openEnded')}
          value={told.openEndedReason}
          max={1000}
          rows={2}
          onChange={(openEndedReason) => set({ openEndedReason })}
        />
      )}
      {measure === 'feature_restriction' && <Features {...{ told, set, matter }} />}
      {measure === 'rectification' && !inLetter && (
        <TextField
          name={name('instructions')}
          label={say('case.instructions')}
          value={told.instructions}
          max={2000}
          rows={3}
          onChange={(instructions) => set({ instructions })}
        />
      )}
      {banned && (
        <Ticks
          legend={say('case.identifierKinds')}
          options={IDENTIFIERS.map((value) => ({ value, label: wordOf(say, 'identifierKind', value) }))}
          // None named: all of them.
          chosen={told.identifierKinds.length === 0 ? IDENTIFIERS : told.identifierKinds}
          set={(identifierKinds) => set({ identifierKinds })}
        />
      )}
      {measure === 'content_removal' && <ContentFields {...{ told, set, matter }} />}
    </>
  );
}

const isAboutReview = ({ code }: ProblemFound): boolean => code.startsWith('review_');

type TimeProps = Pick<Props, 'measure' | 'told' | 'set'> & { readonly name: (member: string) => string };

/** From when, and how long or until when. */
function Time({ measure, told, set, name }: TimeProps): ReactNode {
  const { say, language } = useSay();
  const periods =
    told.period === '' || told.period === BY_DATE || PERIODS.includes(told.period)
      ? PERIODS
      : [...PERIODS, told.period];
  return (
    <>
      <SelectField
        name={name('duration')}
        label={say('case.period')}
        value={told.period}
        options={[
          ...periods.map((each) => ({ value: each, label: periodName(each, language) })),
          { value: BY_DATE, label: say('case.byDate') },
          ...(OPEN_ENDED.includes(measure) ? [{ value: '', label: say('standing.open') }] : []),
        ]}
        onChange={(period) => set({ period })}
      />
      {told.period === BY_DATE && (
        <TextField
          name={name('endsAt')}
          label={say('case.endsAt')}
          type="datetime-local"
          max={16}
          value={told.endsAt}
          onChange={(endsAt) => set({ endsAt })}
        />
      )}
      {OPEN_ENDED.includes(measure) && (
        <TextField
          name={name('startsAt')}
          label={say('case.startsAt')}
          type="datetime-local"
          max={16}
          value={told.startsAt}
          onChange={(startsAt) => set({ startsAt })}
        />
      )}
    </>
  );
}

function Features({ told, set, matter }: Pick<Props, 'told' | 'set' | 'matter'>): ReactNode {
  const { say, language } = useSay();
  const features = useViolations(matter.accountId).data?.features ?? [];
  return (
    <Ticks
      legend={say('case.features')}
      options={features.map((f) => ({ value: f.name, label: f[language === 'en' ? 'en' : 'zh'] }))}
      chosen={told.features}
      set={(chosen) => set({ features: chosen })}
    />
  );
}

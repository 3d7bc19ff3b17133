import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { ask, type Schemas } from '../../../../api/client.ts';
import { periodName } from '../../../../i18n/times.ts';
import { useDraft } from '../../../../ui/drafts.ts';
import { useShortcuts } from '../../../../ui/shortcuts.tsx';
import { api } from '../../../api.ts';
import { useStanding } from '../../../parts/account-glance.tsx';
import { StandingChange, type StandingSeen } from '../../../parts/standing-change.tsx';
import { ProblemNote } from '../../../parts/problem-note.tsx';
import { wordOf } from '../../../parts/word.ts';
import { Key } from '../../../parts/key.tsx';
import type { Hold } from '../../../held/held.ts';
import { useSession } from '../../../session.tsx';
import { useSay } from '../../enforcement/texts.ts';
import { DecisionFrame } from '../decision-frame.tsx';
import type { SubjectProps } from '../task-page.tsx';
import { Area, bodyOf, ClauseWords, EMPTY, matterOf, MeasureFields, type Words } from './measure-fields.tsx';
import { NoticeFields } from './notice-fields.tsx';
import { type Case, NoticeShown } from './parts.tsx';
import { ReviewDate } from './term-fields.tsx';

type Preview = Schemas['DecisionPreviewDto'];
interface ProblemFound {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** The server says what a decision would be: its suggestion, whether a second person is needed, what is wrong with it. */
function usePreview(found: Case, words: Words) {
  const [asked, setAsked] = useState(words);
  const text = JSON.stringify(words);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(words), 500);
    return () => clearTimeout(timer);
  }, [text]);
  const body = bodyOf(asked, matterOf(found));
  return useQuery({
    queryKey: ['decision-preview', found.id, found.version, body],
    queryFn: () => ask(api.POST('/v1/cases/{id}/decision-previews', { params: { path: { id: found.id } }, body })),
    enabled: words.outcome === 'violation',
    placeholderData: (before) => before,
    retry: false,
  });
}

export function CaseForm({ task, onDecided, found }: SubjectProps & { readonly found: Case }): ReactNode {
  const { say, language } = useSay();
  const draft = useDraft<Words>(useSession().id, task.id, EMPTY);
  const words = draft.value;
  const set = (change: Partial<Words>): void => draft.set(change);
  const preview = usePreview(found, words);
  const suggestion = preview.data?.suggestion as
    { measure?: Words['measure']; period?: string | null; banTerm?: string } | null | undefined;
  const follow = (): void => {
    if (suggestion?.measure) set({ measure: suggestion.measure, period: suggestion.period ?? '' });
  };
  useShortcuts([
    { keys: 'v', label: say('case.violation'), run: () => set({ outcome: 'violation' }) },
    { keys: 'd', label: say('case.dismiss'), run: () => set({ outcome: 'dismiss' }) },
    { keys: 's', label: say('case.follow'), run: follow },
  ]);
  const hold = (): Hold =>
    words.outcome === 'dismiss'
      ? {
          command: 'case.dismiss',
          version: found.version,
          body: { reason: words.dismissal.trim() } satisfies Schemas['ReasonDto'],
        }
      : { command: 'case.decide', body: bodyOf(words, matterOf(found)) };
  const problems = (preview.data?.problems['items'] ?? []) as readonly ProblemFound[];
  // A field that the service asks for stays once there is something in it.
  const asked = (field: 'openEndedReason' | 'proportionality' | 'reviewAt', ...codes: string[]): boolean =>
    words[field] !== '' || problems.some((p) => codes.includes(p.code));
  const deviates = preview.data?.deviates === true;
  const complete =
    words.outcome === 'dismiss'
      ? words.dismissal.trim() !== ''
      : words.outcome === 'violation' &&
        words.facts.trim() !== '' &&
        words.explanation.trim() !== '' &&
        (!deviates || words.deviationReason.trim() !== '');
  const text = [
    words.facts,
    words.explanation,
    words.openEndedReason,
    words.proportionality,
    words.deviationReason,
    words.noticeReason,
    words.dismissal,
  ]
    .filter(Boolean)
    .join('\n\n');
  return (
    <DecisionFrame task={task} draft={draft} text={text} complete={complete} hold={hold} onDecided={onDecided}>
      <fieldset className="choices">
        <legend className="visually-hidden">{say('decision.what')}</legend>
        {(['violation', 'dismiss'] as const).map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="outcome"
              checked={words.outcome === each}
              onChange={() => set({ outcome: each })}
            />
            {say(`case.${each}`)} <Key of={each === 'violation' ? 'v' : 'd'} />
          </label>
        ))}
      </fieldset>
      {words.outcome === 'dismiss' && (
        <Area
          id="dismissal"
          label={say('case.dismissReason')}
          value={words.dismissal}
          set={(dismissal) => set({ dismissal })}
        />
      )}
      {words.outcome === 'violation' && (
        <>
          {suggestion?.measure && (
            <p className="note">
              <span>
                {say('case.suggestion')} <strong>{wordOf(say, 'measure', suggestion.measure)}</strong>{' '}
                {suggestion.period && periodName(suggestion.period, language)}
              </span>
              <button type="button" className="link" onClick={follow}>
                {say('case.follow')} <Key of="s" />
              </button>
            </p>
          )}
          <MeasureFields words={words} set={set} matter={matterOf(found)} banTerm={suggestion?.banTerm} />
          {asked('reviewAt', 'review_missing', 'review_out_of_time') && (
            <ReviewDate value={words.reviewAt} set={(reviewAt) => set({ reviewAt })} />
          )}
          <Area id="facts" label={say('statement.facts')} value={words.facts} set={(facts) => set({ facts })} />
          <Area
            id="explanation"
            label={say('statement.explanation')}
            value={words.explanation}
            set={(explanation) => set({ explanation })}
          >
            <ClauseWords matter={matterOf(found)} words={words} set={set} />
          </Area>
          {asked('openEndedReason', 'open_ended_reason_missing') && (
            <Area
              id="openEndedReason"
              label={say('case.openEnded')}
              value={words.openEndedReason}
              set={(openEndedReason) => set({ openEndedReason })}
            />
          )}
          {asked('proportionality', 'proportionality_missing') && (
            <Area
              id="proportionality"
              label={say('case.proportionality')}
              value={words.proportionality}
              set={(proportionality) => set({ proportionality })}
            />
          )}
          {deviates && (
            <Area
              id="deviationReason"
              label={say('case.deviation')}
              value={words.deviationReason}
              set={(deviationReason) => set({ deviationReason })}
            />
          )}
          <NoticeFields words={words} set={set} authorityAsked={problems.some((p) => p.code === 'authority_missing')} />
          <ProblemNote error={preview.error} />
          {preview.data && <Consequences preview={preview.data} problems={problems} words={words} found={found} />}
        </>
      )}
    </DecisionFrame>
  );
}
interface ConsequencesProps {
  readonly preview: Preview;
  readonly problems: readonly ProblemFound[];
  readonly words: Words;
  readonly found: Case;
}

/** What follows, said by the server; and the words as the person will read them. */
function Consequences({ preview, problems, words, found }: ConsequencesProps): ReactNode {
  const { say } = useSay();
  const now = useStanding(found.accountId).data;
  return (
    <div className="stack" data-testid="preview">
      {problems.length > 0 && (
        <div className="note bad">
          <ul className="tight">
            {problems.map((p) => (
              <li key={p.path + p.message}>{p.message}</li>
            ))}
          </ul>
        </div>
      )}
      {preview.fourEyes.length > 0 && (
        <p className="note warn">
          {say('case.fourEyes', { why: preview.fourEyes.map((r) => wordOf(say, 'fourEyes', r)).join('、') })}
        </p>
      )}
      {now && problems.length === 0 && (
        <StandingChange accountId={found.accountId} before={now} after={preview.standing as unknown as StandingSeen} />
      )}
      {(words.facts || words.explanation) && <NoticeShown notice={preview.notice} />}
    </div>
  );
}

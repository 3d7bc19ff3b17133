import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask, type Schemas } from '../../../../api/client.ts';
import { periodName } from '../../../../i18n/times.ts';
import { useDraft } from '../../../../ui/drafts.ts';
import { useShortcuts } from '../../../../ui/shortcuts.tsx';
import { useSettled } from '../../../../ui/use-settled.ts';
import { api } from '../../../api.ts';
import { ProblemNote } from '../../../parts/problem-note.tsx';
import { wordOf } from '../../../parts/word.ts';
import { Key } from '../../../parts/key.tsx';
import type { Hold } from '../../../held/held.ts';
import { useSession } from '../../../session.tsx';
import { useSay } from '../../enforcement/texts.ts';
import { DecisionFrame } from '../decision-frame.tsx';
import type { SubjectProps } from '../task-page.tsx';
import { useFocusOnMissing } from '../use-focus-on-missing.ts';
import { isMine } from '../use-task.ts';
import { CaseLetter, letterIn } from './case-letter.tsx';
import { Consequences } from './consequences.tsx';
import { problemsIn } from './decision-problems.tsx';
import { Area, MeasureFields } from './measure-fields.tsx';
import { bodyOf, EMPTY, follow, matterOf, type Measure, textOf, type Words } from './measure-words.ts';
import { NoticeFields } from './notice-fields.tsx';
import type { Case } from './parts.tsx';

/** The server says what a decision would be: its suggestion, whether a second person is needed, what is wrong with it. */
function usePreview(found: Case, words: Words, mine: boolean) {
  const asked = useSettled(words);
  const body = bodyOf(asked, matterOf(found));
  return useQuery({
    queryKey: ['decision-preview', found.id, found.version, body],
    queryFn: async () => {
      const preview = await ask(
        api.POST('/v1/cases/{id}/decision-previews', { params: { path: { id: found.id } }, body }),
      );
      return { ...preview, found: problemsIn(preview, body), letter: letterIn(preview.notice, body) };
    },
    // Before anything is chosen, by whoever will: the letter stands there before somebody writes in it.
    enabled: asked.chosen.length > 0 && (asked.outcome === 'violation' || (asked.outcome === '' && mine)),
    placeholderData: (before) => before,
    retry: false,
  });
}

export function CaseForm({ task, onDecided, found }: SubjectProps & { readonly found: Case }): ReactNode {
  const { say, language } = useSay();
  const me = useSession().id;
  const draft = useDraft<Words>(me, task.id, EMPTY);
  const words = draft.value;
  const set = (change: Partial<Words>): void => draft.set(change);
  const preview = usePreview(found, words, isMine(task, me));
  const suggestion = preview.data?.suggestion as
    { measure?: Measure; period?: string | null; banTerm?: string } | null | undefined;
  const followIt = (): void => {
    if (words.outcome === 'violation' && suggestion?.measure)
      set(follow(words, suggestion.measure, suggestion.period ?? ''));
  };
  const toMissing = useFocusOnMissing(words.outcome);
  const dismiss = (): void => {
    toMissing();
    set({ outcome: 'dismiss' });
  };
  useShortcuts([
    { keys: 'v', label: say('case.violation'), run: () => set({ outcome: 'violation' }) },
    { keys: 'd', label: say('case.dismiss'), run: dismiss },
    { keys: 's', label: say('case.follow'), run: followIt },
  ]);
  const hold = (): Hold =>
    words.outcome === 'dismiss'
      ? {
          command: 'case.dismiss',
          version: found.version,
          body: { reason: words.dismissal.trim() } satisfies Schemas['ReasonDto'],
        }
      : { command: 'case.decide', body: bodyOf(words, matterOf(found)) };
  const problems = preview.data?.found ?? [];
  const deviates = preview.data?.deviates === true;
  const complete =
    words.outcome === 'dismiss'
      ? words.dismissal.trim() !== ''
      : words.outcome === 'violation' &&
        words.chosen.length > 0 &&
        words.facts.trim() !== '' &&
        words.explanation.trim() !== '' &&
        (!deviates || words.deviationReason.trim() !== '');
  return (
    <DecisionFrame task={task} draft={draft} text={textOf(words)} complete={complete} hold={hold} onDecided={onDecided}>
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
          required
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
              <button type="button" className="link" onClick={followIt}>
                {say('case.follow')} <Key of="s" />
              </button>
            </p>
          )}
          <MeasureFields
            words={words}
            set={set}
            matter={matterOf(found)}
            banTerm={suggestion?.banTerm}
            problems={problems}
            inLetter
          />
          <CaseLetter
            words={words}
            set={set}
            matter={matterOf(found)}
            notice={preview.data?.letter}
            proportionality={problems.some((p) => p.code === 'proportionality_missing')}
          />
          {deviates && (
            <Area
              id="deviationReason"
              label={say('case.deviation')}
              value={words.deviationReason}
              set={(deviationReason) => set({ deviationReason })}
              required
            />
          )}
          <NoticeFields words={words} set={set} authorityAsked={problems.some((p) => p.code === 'authority_missing')} />
          <ProblemNote error={preview.error} quiet />
          {preview.data && words.chosen.length > 0 && (
            <Consequences preview={preview.data} problems={problems} found={found} />
          )}
        </>
      )}
    </DecisionFrame>
  );
}

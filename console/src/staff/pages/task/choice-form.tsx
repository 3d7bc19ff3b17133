import type { ReactNode } from 'react';
import { newKey } from '../../../api/client.ts';
import { useDraft } from '../../../ui/drafts.ts';
import { useShortcuts } from '../../../ui/shortcuts.tsx';
import type { Hold } from '../../held/held.ts';
import { useSession } from '../../session.tsx';
import { TextField } from '../../parts/form-fields.tsx';
import { Key } from '../../parts/key.tsx';
import { useSay } from '../../use-say.ts';
import { DecisionFrame } from './decision-frame.tsx';
import { Letter, type LetterField } from './letter/letter.tsx';
import type { SubjectProps } from './task-page.tsx';
import { useFocusOnMissing } from './use-focus-on-missing.ts';

export interface Choice<Id extends string> {
  readonly id: Id;
  readonly key: string;
  readonly label: string;
  /** Codes of which one is chosen; none where words alone are the reason. */
  readonly reasons?: readonly { readonly code: string; readonly label: string }[];
  /** What it asks a new deadline for. */
  readonly dateLabel?: string;
  /** Where the words have another addressee than those of the other choices. */
  readonly textLabel?: string;
  readonly textRequired?: boolean;
  /** The words are what the person reads. */
  readonly toPerson?: boolean;
}

export interface Chosen<Id extends string> {
  readonly decision: Id;
  readonly reasonCode: string;
  readonly text: string;
  /** Words for somebody else than `text` is for, where a form has a field for them. */
  readonly told: string;
  /** As the field has it, in the viewer's zone; empty where no deadline is asked for. */
  readonly date: string;
  /** Made with the draft and kept until it succeeds: pressed twice, stored once (C6). */
  readonly key: string;
}

interface ChoiceFormProps<Id extends string> extends SubjectProps {
  readonly choices: readonly Choice<Id>[];
  readonly textLabel: string;
  readonly textRequired: boolean;
  readonly toPerson?: boolean;
  /** Where the service renders them: the letter, and what comes after it. */
  readonly letter?: (chosen: Chosen<Id>, words: LetterField) => ReactNode;
  /** What else a choice needs before it can be sent. */
  readonly ready?: (chosen: Chosen<Id>) => boolean;
  /** What stands in the date field first, and the earliest that can stand there. */
  readonly dateFirst?: string;
  readonly dateMin?: string;
  /** The decision as the service keeps it while it can be taken back. */
  readonly hold?: (chosen: Chosen<Id>) => Hold;
  /** For a decision that takes effect at once. */
  readonly send?: (chosen: Chosen<Id>) => Promise<unknown>;
  readonly more?: (chosen: Chosen<Id>, set: (change: { readonly told: string }) => void) => ReactNode;
}

interface Words {
  readonly decision: string;
  readonly reasonCode: string;
  readonly text: string;
  readonly told: string;
  readonly date: string;
  readonly key: string;
}

const EMPTY: Words = { decision: '', reasonCode: '', text: '', told: '', date: '', key: '' };

/** A decision that is one choice and words: approval, appeal, recovery, misuse. */
export function ChoiceForm<Id extends string>(props: ChoiceFormProps<Id>): ReactNode {
  const { task, onDecided, choices, hold, send, more, dateFirst = '', dateMin } = props;
  const { say } = useSay();
  const draft = useDraft<Words>(useSession().id, task.id, EMPTY);
  const value = draft.value as Chosen<Id>;
  const chosen = choices.find(({ id }) => id === value.decision);
  const textLabel = chosen?.textLabel ?? props.textLabel;
  const textRequired = chosen?.textRequired ?? props.textRequired;
  const toPerson = chosen?.toPerson ?? props.toPerson ?? false;
  const date = chosen?.dateLabel === undefined ? '' : value.date || dateFirst;
  const given = { ...value, text: value.text.trim(), told: value.told.trim(), date };
  const set = (change: Partial<Words>): void => draft.set({ key: value.key || newKey(), ...change });
  const choose = (choice: Choice<Id>): void =>
    set({ decision: choice.id, reasonCode: choice.reasons?.[0]?.code ?? '', key: newKey() });
  const toMissing = useFocusOnMissing(value.key);
  const byKey = (choice: Choice<Id>): void => {
    toMissing();
    choose(choice);
  };
  useShortcuts(choices.map((choice) => ({ keys: choice.key, label: choice.label, run: () => byKey(choice) })));
  const words = {
    id: 'text',
    label: textLabel,
    max: 2000,
    value: value.text,
    required: textRequired,
    set: (text: string) => set({ text }),
  };
  return (
    <DecisionFrame
      task={task}
      draft={draft}
      text={[value.text, value.told].filter(Boolean).join('\n\n')}
      complete={
        chosen !== undefined &&
        (!textRequired || value.text.trim() !== '') &&
        (chosen.dateLabel === undefined || date !== '') &&
        (props.ready?.(given) ?? true)
      }
      {...(hold ? { hold: () => hold(given) } : {})}
      {...(send ? { send: () => send(given) } : {})}
      onDecided={onDecided}
    >
      <fieldset className="choices">
        <legend className="visually-hidden">{say('decision.what')}</legend>
        {choices.map((choice) => (
          <label key={choice.id}>
            <input type="radio" name="decision" checked={choice === chosen} onChange={() => choose(choice)} />
            {choice.label} <Key of={choice.key} />
          </label>
        ))}
      </fieldset>
      {chosen?.reasons && (
        <div className="field">
          <label htmlFor="field-reasonCode">{say('decision.reason')}</label>
          <select
            id="field-reasonCode"
            value={value.reasonCode}
            onChange={(event) => set({ reasonCode: event.target.value })}
          >
            {chosen.reasons.map(({ code, label }) => (
              <option key={code} value={code}>
                {label}
              </option>
            ))}
          </select>
        </div>
      )}
      {chosen?.dateLabel !== undefined && (
        <TextField
          name="dueAt"
          label={chosen.dateLabel}
          type="datetime-local"
          max={16}
          min={dateMin}
          required
          value={date}
          onChange={(next) => set({ date: next })}
        />
      )}
      {chosen && more?.({ ...given, told: value.told }, set)}
      {toPerson ? (
        (props.letter?.(given, { ...words, at: '/text' }) ?? (
          <Letter notice={undefined} fields={[{ ...words, at: '/text' }]} />
        ))
      ) : (
        <TextField {...words} name={words.id} rows={4} onChange={words.set} />
      )}
    </DecisionFrame>
  );
}

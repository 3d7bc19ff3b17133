import type { ReactNode } from 'react';
import type { Schemas } from '../../../../api/client.ts';
import { atTime } from '../../../../i18n/times.ts';
import { instantOf, SelectField, TextField } from '../../../parts/form-fields.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSay } from '../../enforcement/texts.ts';
import type { Decision } from './parts.tsx';

/** By sanction: nothing, `lift`, or an earlier end as the field has it. */
export type AppealChanges = Readonly<Record<string, string>>;

const EARLIER = 'earlier:';

export const changesOf = (changes: AppealChanges): Schemas['AppealChangeDto'][] =>
  Object.entries(changes).flatMap(([sanctionId, how]): Schemas['AppealChangeDto'][] => {
    if (how === 'lift') return [{ sanctionId, lift: true }];
    const end = how.startsWith(EARLIER) ? instantOf(how.slice(EARLIER.length)) : '';
    return end === '' ? [] : [{ sanctionId, endsAt: end }];
  });

interface VaryProps {
  readonly sanctions: Decision['sanctions'];
  readonly value: AppealChanges;
  readonly set: (change: AppealChanges) => void;
}

/** The decision stands, one of its measures does not, or not so long. */
export function VaryFields({ sanctions, value, set }: VaryProps): ReactNode {
  const { say, language } = useSay();
  const open = sanctions.filter((s) => s.state === 'active' || s.state === 'scheduled');
  return (
    <div className="stack" role="group" aria-label={say('appealTask.measures')}>
      {open.length === 0 && <p className="muted">{say('common.none')}</p>}
      {open.map((s) => {
        const how = value[s.id] ?? '';
        const end = s.endsAt ? atTime(s.endsAt, language) : say('standing.open');
        return (
          <div className="stack" key={s.id}>
            <SelectField
              name={`change-${s.id}`}
              label={`${wordOf(say, 'measure', s.type)} · ${end}`}
              value={how.startsWith(EARLIER) ? EARLIER : how}
              options={[
                { value: '', label: say('appealTask.keep') },
                { value: 'lift', label: say('appealTask.lift') },
                { value: EARLIER, label: say('appealTask.earlier') },
              ]}
              onChange={(next) => set({ [s.id]: next })}
            />
            {how.startsWith(EARLIER) && (
              <TextField
                name={`end-${s.id}`}
                label={say('sanctionChange.endsAt')}
                type="datetime-local"
                max={16}
                value={how.slice(EARLIER.length)}
                onChange={(next) => set({ [s.id]: EARLIER + next })}
              />
            )}
          </div>
        );
      })}
    </div>
  );
}

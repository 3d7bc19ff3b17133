import type { ReactNode } from 'react';
import { periodName } from '../../../../i18n/times.ts';
import { SelectField, TextField } from '../../../parts/form-fields.tsx';
import { useSay } from '../../enforcement/texts.ts';

const BAN_TERMS = ['P30D', 'P90D', 'P6M', 'P1Y', 'P2Y', 'P3Y'];

interface BanProps {
  readonly name: string;
  readonly value: string;
  readonly set: (term: string) => void;
  /** As the service grades it by gravity. */
  readonly suggested: string | undefined;
}

/** How long somebody may not register again: always a term, the graded one first (ENF-6). */
export function BanTerm({ name, value, set, suggested }: BanProps): ReactNode {
  const { say, language } = useSay();
  const terms = [...new Set([suggested ?? '', value, ...BAN_TERMS])].filter((term) => term !== '');
  const named = (term: string): string =>
    term === suggested ? say('case.banSuggested', { term: periodName(term, language) }) : periodName(term, language);
  return (
    <SelectField
      name={name}
      label={say('case.banTerm')}
      value={value}
      options={[
        { value: '', label: say('case.chooseTerm') },
        ...terms.map((term) => ({ value: term, label: named(term) })),
      ]}
      onChange={set}
    />
  );
}

interface ReviewProps {
  readonly name: string;
  readonly value: string;
  readonly set: (at: string) => void;
}

/** When a measure without an end, or a ban beyond its gravity, is looked at again; the person reads it. */
export function ReviewDate({ name, value, set }: ReviewProps): ReactNode {
  const { say } = useSay();
  return (
    <TextField
      name={name}
      label={say('case.reviewAt')}
      hint={say('case.reviewAtHint')}
      type="datetime-local"
      value={value}
      max={16}
      onChange={set}
    />
  );
}

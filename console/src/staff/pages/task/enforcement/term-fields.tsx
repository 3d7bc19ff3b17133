import type { ReactNode } from 'react';
import { periodName } from '../../../../i18n/times.ts';
import { SelectField, TextField } from '../../../parts/form-fields.tsx';
import { useSay } from '../../enforcement/texts.ts';

const BAN_TERMS = ['P30D', 'P90D', 'P6M', 'P1Y', 'P2Y', 'P3Y'];

interface BanProps {
  readonly value: string;
  readonly set: (term: string) => void;
  /** As the service grades it by gravity. */
  readonly suggested: string | undefined;
  /** A closure may come without one. */
  readonly optional: boolean;
}

/** How long somebody may not register again: always a term, the graded one first (ENF-6). */
export function BanTerm({ value, set, suggested, optional }: BanProps): ReactNode {
  const { say, language } = useSay();
  const terms = suggested === undefined || BAN_TERMS.includes(suggested) ? BAN_TERMS : [suggested, ...BAN_TERMS];
  const named = (term: string): string =>
    term === suggested ? say('case.banSuggested', { term: periodName(term, language) }) : periodName(term, language);
  return (
    <SelectField
      name="banTerm"
      label={say('case.banTerm')}
      value={value}
      options={[
        { value: '', label: say(optional ? 'case.noBan' : 'case.chooseTerm') },
        ...terms.map((term) => ({ value: term, label: named(term) })),
      ]}
      onChange={set}
    />
  );
}

/** When a measure without an end, or a ban beyond its gravity, is looked at again; the person reads it. */
export function ReviewDate({ value, set }: { readonly value: string; readonly set: (at: string) => void }): ReactNode {
  const { say } = useSay();
  return (
    <TextField
      name="reviewAt"
      label={say('case.reviewAt')}
      hint={say('case.reviewAtHint')}
      type="datetime-local"
      value={value}
      max={16}
      onChange={set}
    />
  );
}

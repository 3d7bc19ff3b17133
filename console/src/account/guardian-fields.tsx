import type { ReactNode } from 'react';
import { SelectField, TextField } from '../people/parts.tsx';
import { RELATIONSHIPS, type Relationship } from '../people/relationships.ts';
import type { Form } from '../people/use-form.ts';
import { useSay } from './texts.ts';

/** Whose number, and who they are; the same at registration and when the number is corrected. */
export function GuardianFields({
  form,
}: {
  readonly form: Pick<Form<{ guardianPhone: string; relationship: Relationship }>, 'value' | 'set' | 'faults'>;
}): ReactNode {
  const { say } = useSay();
  const { value, set, faults } = form;
  return (
    <>
      <TextField
        id="guardianPhone"
        type="tel"
        label={say('register.guardianPhone')}
        faults={faults}
        value={value.guardianPhone}
        onText={(guardianPhone) => set({ guardianPhone })}
        autoComplete="off"
      />
      <SelectField
        id="relationship"
        label={say('register.guardianRelationship')}
        faults={faults}
        value={value.relationship}
        onText={(relationship) => set({ relationship: relationship as Relationship })}
        options={RELATIONSHIPS.map((each) => ({ value: each, label: say(`relationship.${each}`) }))}
      />
    </>
  );
}

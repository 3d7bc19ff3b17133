import type { ReactNode } from 'react';
import { missing } from '../people/faults.ts';
import { CheckedForm, SendButton } from '../people/form.tsx';
import { useOnceKey } from '../people/once-key.ts';
import { AreaField, ErrorSummary, TextField } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { announce } from '../ui/live-region.tsx';
import { api, mine } from './session.ts';
import { useSay } from './texts.ts';

/** In words, and with the right value where it is one that can be typed. */
export function Correct({
  fields,
  changed,
}: {
  readonly fields: readonly string[];
  readonly changed: () => void;
}): ReactNode {
  const { say } = useSay();
  const keyOf = useOnceKey();
  const form = useForm({ displayName: '', birthDate: '', why: '' }, { '/statement': 'why' });
  const { value, set, faults } = form;
  const send = async (): Promise<void> => {
    const body = {
      statement: value.why.trim(),
      ...(value.displayName.trim() === '' ? {} : { displayName: value.displayName.trim() }),
      ...(value.birthDate === '' ? {} : { birthDate: value.birthDate }),
    };
    const params = { header: { 'Idempotency-Key': keyOf(body) } };
    await mine(() => api.POST('/v1/accounts/me/information-corrections', { params, body }));
    announce(say('information.sent'));
    changed();
  };
  return (
    <CheckedForm form={form} className="card" send={send} check={[value.why.trim().length < 5 && missing('why')]}>
      <h2>{say('information.correct')}</h2>
      <ErrorSummary form={form} />
      {fields.includes('display_name') && (
        <TextField
          id="displayName"
          label={say('register.name')}
          faults={faults}
          value={value.displayName}
          onText={(displayName) => set({ displayName })}
          autoComplete="nickname"
          maxLength={40}
        />
      )}
      {fields.includes('birth_date') && (
        <TextField
          id="birthDate"
          type="date"
          label={say('register.birthDate')}
          faults={faults}
          value={value.birthDate}
          onText={(birthDate) => set({ birthDate })}
          autoComplete="bday"
        />
      )}
      <AreaField
        id="why"
        label={say('information.why')}
        maxLength={2000}
        faults={faults}
        value={value.why}
        onText={(why) => set({ why })}
      />
      <SendButton form={form} className="button">
        {say('information.send')}
      </SendButton>
    </CheckedForm>
  );
}

/** A birth date that was entered wrongly (2.3(1)): the right one, and how it came about. */
export function CorrectBirthDate({ changed }: { readonly changed: () => void }): ReactNode {
  const { say } = useSay();
  const keyOf = useOnceKey();
  const form = useForm({ birthDate: '', why: '' }, { '/statement': 'why', birth_date_not_plausible: 'birthDate' });
  const { value, set, faults } = form;
  const send = async (): Promise<void> => {
    const body = { birthDate: value.birthDate, statement: value.why.trim() };
    const params = { header: { 'Idempotency-Key': keyOf(body) } };
    await mine(() => api.POST('/v1/accounts/me/birth-date-corrections', { params, body }));
    announce(say('information.sent'));
    changed();
  };
  return (
    <details className="card">
      <summary>{say('information.wrongBirthDate')}</summary>
      <CheckedForm
        form={form}
        send={send}
        check={[value.birthDate === '' && missing('birthDate'), value.why.trim().length < 5 && missing('why')]}
      >
        <p>{say('information.birthDateLead')}</p>
        <ErrorSummary form={form} />
        <TextField
          id="birthDate"
          type="date"
          label={say('information.rightBirthDate')}
          faults={faults}
          value={value.birthDate}
          onText={(birthDate) => set({ birthDate })}
          autoComplete="bday"
        />
        <AreaField
          id="why"
          label={say('information.howWrong')}
          rows={3}
          maxLength={2000}
          faults={faults}
          value={value.why}
          onText={(why) => set({ why })}
        />
        <SendButton form={form} className="button">
          {say('information.send')}
        </SendButton>
      </CheckedForm>
    </details>
  );
}

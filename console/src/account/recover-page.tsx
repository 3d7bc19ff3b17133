import type { ReactNode } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { ask, type Schemas } from '../api/client.ts';
import { missing, NotSent } from '../people/faults.ts';
import { useOnceKey } from '../people/once-key.ts';
import { CodeField } from '../people/code-field.tsx';
import { CheckedForm, SendButton } from '../people/form.tsx';
import { AreaField, ErrorSummary, Heading, SelectField, TextField } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { Home } from './parts.tsx';
import { api } from './session.ts';
import { useSay } from './texts.ts';

type Subject = NonNullable<Schemas['FileAppealDto']['about']>;
const SUBJECTS: readonly Subject[] = ['account', 'guardian_number', 'new_guardian'];
const subjectOf = (text: string | null): Subject => SUBJECTS.find((s) => s === text) ?? 'account';

/** The way back for somebody whose number is lost, as holder of an account or as a guardian: no session, a number that works, a person who looks at it. */
export function RecoverPage(): ReactNode {
  const { say } = useSay();
  const navigate = useNavigate();
  const keyOf = useOnceKey();
  const [asked] = useSearchParams();
  const form = useForm(
    {
      about: subjectOf(asked.get('about')),
      wardPhone: '',
      relationship: '',
      lostPhone: '',
      newPhone: '',
      code: '',
      statement: '',
      displayName: '',
      birthDate: '',
    },
    { phone_invalid: 'newPhone' },
  );
  const { value, set, faults } = form;
  const guards = value.about !== 'account';
  const send = async (): Promise<void> => {
    const { about, wardPhone, relationship, displayName, birthDate, ...needed } = value;
    const body = {
      ...needed,
      ...(guards ? { about, wardPhone } : {}),
      ...(about === 'new_guardian' && relationship.trim() !== '' ? { relationship: relationship.trim() } : {}),
      ...(displayName.trim() === '' ? {} : { displayName: displayName.trim() }),
      ...(birthDate === '' ? {} : { birthDate }),
    };
    const params = { header: { 'Idempotency-Key': keyOf(body) } };
    const filed = await ask(api.POST('/v1/recovery-appeals', { params, body }));
    await navigate(`/recover/${filed.id}#${filed.token}`, { replace: true });
  };
  const sendCode = async () => {
    if (value.newPhone.trim() === '') throw new NotSent([missing('newPhone')]);
    return ask(api.POST('/v1/recovery-appeals/codes', { body: { phone: value.newPhone } }));
  };
  return (
    <CheckedForm
      form={form}
      send={send}
      check={[
        guards && value.wardPhone.trim() === '' && missing('wardPhone'),
        value.lostPhone.trim() === '' && missing('lostPhone'),
        value.newPhone.trim() === '' && missing('newPhone'),
        value.statement.trim().length < 10 && missing('statement'),
        value.code.length !== 6 && missing('code'),
      ]}
    >
      <Heading>{say('recover.title')}</Heading>
      <p>{say('recover.lead')}</p>
      <ErrorSummary form={form} />
      <SelectField
        id="about"
        label={say('recover.about')}
        faults={faults}
        value={value.about}
        onText={(text) => set({ about: subjectOf(text) })}
        options={SUBJECTS.map((subject) => ({ value: subject, label: say(`recover.about.${subject}`) }))}
      />
      {guards && (
        <>
          <p className="muted">{say('recover.wardLead')}</p>
          <TextField
            id="wardPhone"
            type="tel"
            label={say('recover.wardPhone')}
            faults={faults}
            value={value.wardPhone}
            onText={(wardPhone) => set({ wardPhone })}
          />
        </>
      )}
      {value.about === 'new_guardian' && (
        <TextField
          id="relationship"
          label={say('recover.relationship')}
          optional
          faults={faults}
          value={value.relationship}
          onText={(relationship) => set({ relationship })}
          maxLength={40}
        />
      )}
      <TextField
        id="lostPhone"
        type="tel"
        label={say(guards ? 'recover.lostGuardianPhone' : 'recover.lostPhone')}
        hint={say('phone.hint')}
        faults={faults}
        value={value.lostPhone}
        onText={(lostPhone) => set({ lostPhone })}
      />
      <TextField
        id="newPhone"
        type="tel"
        label={say('recover.newPhone')}
        faults={faults}
        value={value.newPhone}
        onText={(newPhone) => set({ newPhone })}
        autoComplete="tel"
      />
      <AreaField
        id="statement"
        label={say('recover.statement')}
        hint={say('recover.statementHint')}
        maxLength={4000}
        faults={faults}
        value={value.statement}
        onText={(statement) => set({ statement })}
      />
      <TextField
        id="displayName"
        label={say(guards ? 'recover.wardName' : 'recover.displayName')}
        optional
        faults={faults}
        value={value.displayName}
        onText={(displayName) => set({ displayName })}
        maxLength={64}
      />
      <TextField
        id="birthDate"
        type="date"
        label={say(guards ? 'recover.wardBirthDate' : 'recover.birthDate')}
        optional
        faults={faults}
        value={value.birthDate}
        onText={(birthDate) => set({ birthDate })}
      />
      <CodeField
        value={value.code}
        onText={(code) => set({ code })}
        faults={faults}
        send={sendCode}
        elsewhere={(fault) => form.refuse([fault.field === 'phone' ? { ...fault, field: 'newPhone' } : fault])}
      />
      <SendButton form={form} className="button main">
        {say('recover.do')}
      </SendButton>
      <Home />
    </CheckedForm>
  );
}

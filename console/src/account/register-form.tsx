import { type ReactNode, useState } from 'react';
import { useSearchParams } from 'react-router';
import { ask, type Schemas } from '../api/client.ts';
import { AgreementLink } from '../people/agreement.tsx';
import { missing } from '../people/faults.ts';
import { CheckedForm } from '../people/form.tsx';
import { useOnceKey } from '../people/once-key.ts';
import { CheckField, ErrorSummary, Heading, TextField } from '../people/parts.tsx';
import type { Relationship } from '../people/relationships.ts';
import type { Form } from '../people/use-form.ts';
import { GuardianFields } from './guardian-fields.tsx';
import { Home } from './parts.tsx';
import { api } from './session.ts';
import { leaveFor, useProviders } from './third-party.ts';
import { useSay } from './texts.ts';

export interface Entered {
  /** How somebody joins: their number, or the id of a provider. */
  readonly by: string;
  readonly phone: string;
  readonly birthDate: string;
  readonly displayName: string;
  readonly guardianPhone: string;
  readonly relationship: Relationship;
  readonly agreed: boolean;
  readonly code: string;
}

const BY_NUMBER = 'phone';
export const NOTHING_ENTERED: Entered = {
  by: '',
  phone: '',
  birthDate: '',
  displayName: '',
  guardianPhone: '',
  relationship: 'mother',
  agreed: false,
  code: '',
};

/** By the calendar of the law; the service decides, this only shows the right form. */
function isMinor(birthDate: string): boolean {
  const [year, month, day] = birthDate.split('-').map(Number);
  if (!year || !month || !day) return false;
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(Date.now());
  const eighteenth = `${year + 18}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return eighteenth > today;
}

type Solve = (challenge: Schemas['ChallengeAnswer']) => Promise<string>;

interface RegisterFormProps {
  readonly items: readonly Schemas['AgreementDocumentDto'][];
  readonly form: Form<Entered>;
  readonly started: (started: Schemas['StartedAnswer']) => Promise<void>;
  readonly solve: Solve;
}

/** Who, how old, on what terms; for a child also whom to ask, in words for the child. */
export function RegisterForm({ items, form, started, solve }: RegisterFormProps): ReactNode {
  const { say } = useSay();
  const [query] = useSearchParams();
  const [checking, setChecking] = useState(false);
  const providers = useProviders('register');
  const keyOf = useOnceKey();
  const { value, set, faults } = form;
  const wanted = items.filter((each) => each.requiredAtRegistration && each.inEffect !== null);
  const minor = isMinor(value.birthDate);
  const by = value.by === '' ? (query.get('with') ?? BY_NUMBER) : value.by;
  const provider = providers.find((each) => each.id === by);
  const facts: Schemas['RegistrationFacts'] = {
    birthDate: value.birthDate,
    channel: 'web',
    acceptances: wanted.map(({ documentId, inEffect }) => ({ documentId, version: inEffect?.version ?? '' })),
    ...(value.displayName.trim() === '' ? {} : { displayName: value.displayName.trim() }),
    ...(minor ? { guardian: { phone: value.guardianPhone, relationship: value.relationship } } : {}),
  };
  const solving: Solve = (challenge) => {
    setChecking(true);
    return solve(challenge).finally(() => setChecking(false));
  };
  const byNumber = async (): Promise<void> => {
    const body = { method: 'phone' as const, phone: value.phone, ...facts };
    const answer = await ask(
      api.POST('/v1/registrations', { params: { header: { 'Idempotency-Key': keyOf(body) } }, body }),
    );
    setChecking(answer.challenge !== undefined);
    await started(answer).finally(() => setChecking(false));
  };
  const send = (): Promise<void> =>
    provider === undefined
      ? byNumber()
      : leaveFor({
          body: { provider: provider.id, purpose: 'register', registration: facts },
          title: provider.title,
          back: '/',
          solve: solving,
        });
  return (
    <CheckedForm
      form={form}
      send={send}
      check={[
        provider === undefined && value.phone.trim() === '' && missing('phone'),
        value.birthDate === '' && missing('birthDate'),
        minor && value.guardianPhone.trim() === '' && missing('guardianPhone'),
        !value.agreed && missing('agreed'),
      ]}
    >
      <Heading>{say('register.title')}</Heading>
      <ErrorSummary form={form} />
      {providers.length > 0 && (
        <fieldset>
          <legend>{say('register.by')}</legend>
          {[{ id: BY_NUMBER, title: say('phone.label') }, ...providers].map((each) => (
            <div className="check" key={each.id}>
              <input
                type="radio"
                name="by"
                id={`by-${each.id}`}
                checked={by === each.id}
                onChange={() => set({ by: each.id })}
              />
              <label htmlFor={`by-${each.id}`}>
                {each.id === BY_NUMBER ? each.title : say('register.byProvider', { title: each.title })}
              </label>
            </div>
          ))}
        </fieldset>
      )}
      {provider === undefined ? (
        <TextField
          id="phone"
          type="tel"
          label={say('phone.label')}
          hint={say('phone.hint')}
          faults={faults}
          value={value.phone}
          onText={(phone) => set({ phone })}
          autoComplete="tel"
        />
      ) : (
        <p className="hint">{say('register.providerHint', { title: provider.title })}</p>
      )}
      <TextField
        id="birthDate"
        type="date"
        label={say('register.birthDate')}
        hint={say('register.birthDateHint')}
        faults={faults}
        value={value.birthDate}
        onText={(birthDate) => set({ birthDate })}
        autoComplete="bday"
      />
      <TextField
        id="displayName"
        label={say('register.name')}
        optional
        faults={faults}
        value={value.displayName}
        onText={(displayName) => set({ displayName })}
        autoComplete="nickname"
        maxLength={40}
      />
      {minor && (
        <fieldset className="card">
          <h2>{say('register.guardian')}</h2>
          <p>{say('register.guardianLead')}</p>
          <GuardianFields form={form} />
        </fieldset>
      )}
      <div className="card">
        <h2>{say('register.agreements')}</h2>
        {wanted.map(({ documentId, title, inEffect }) => (
          <AgreementLink
            key={documentId}
            api={api}
            documentId={documentId}
            version={inEffect?.version ?? ''}
            title={inEffect?.title ?? title}
          />
        ))}
        <CheckField id="agreed" faults={faults} checked={value.agreed} onCheck={(agreed) => set({ agreed })}>
          {say('register.agree')}
        </CheckField>
      </div>
      <button type="submit" className="button main" disabled={form.busy}>
        {form.busy
          ? say(checking ? 'register.challenge' : 'common.working')
          : provider === undefined
            ? say('register.next')
            : say('register.nextProvider', { title: provider.title })}
      </button>
      <Home />
    </CheckedForm>
  );
}

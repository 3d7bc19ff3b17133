import { type ReactNode, useState } from 'react';
import { Navigate, useNavigate } from 'react-router';
import { ask, newKey, type Schemas } from '../api/client.ts';
import { AgreementLink } from '../people/agreement.tsx';
import { missing } from '../people/faults.ts';
import { CheckField, Choices, CodeField, ErrorSummary, Heading, SelectField, TextField } from '../people/parts.tsx';
import { RELATIONSHIPS, type Relationship } from '../people/relationships.ts';
import { type Form, useForm } from '../people/use-form.ts';
import { Problem } from '../api/problem.ts';
import { Home, Shown } from './parts.tsx';
import { solve } from './proof-of-work.ts';
import { api, begin, useSignedIn } from './session.ts';
import { useSay } from './texts.ts';
import { useLoad } from './use-load.ts';

interface Entered {
  readonly phone: string;
  readonly birthDate: string;
  readonly displayName: string;
  readonly guardianPhone: string;
  readonly relationship: Relationship;
  readonly agreed: boolean;
  readonly code: string;
}

const EMPTY: Entered = {
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

type Document = Schemas['AgreementDocumentDto'];
interface Begun {
  readonly id: string;
  readonly sent: { readonly resendAfterSeconds: number };
}

export function RegisterPage(): ReactNode {
  const signedIn = useSignedIn();
  const navigate = useNavigate();
  const [begun, setBegun] = useState<Begun>();
  const [end, setEnd] = useState<Schemas['ProvenAnswer']>();
  const agreements = useLoad(async () => (await ask(api.GET('/v1/agreements'))).items);
  const form = useForm(EMPTY, { '/guardian/phone': 'guardianPhone', '/guardian': 'guardianPhone' });
  if (end) return <Ended answer={end} />;
  if (signedIn && !begun) return <Navigate replace to="/" />;
  if (begun)
    return (
      <Prove
        begun={begun}
        form={form}
        back={() => setBegun(undefined)}
        proven={(answer) => {
          if (!answer.tokens) return setEnd(answer);
          begin(answer.tokens);
          return void navigate(answer.status === 'awaiting_guardian' ? '/my-guardian' : '/', { replace: true });
        }}
      />
    );
  return <Shown loaded={agreements}>{(items) => <Enter items={items} form={form} begun={setBegun} />}</Shown>;
}

/** Who, how old, on what terms; for a child also whom to ask, in words for the child. */
function Enter({
  items,
  form,
  begun,
}: {
  readonly items: readonly Document[];
  readonly form: Form<Entered>;
  readonly begun: (begun: Begun) => void;
}): ReactNode {
  const { say } = useSay();
  const [challenged, setChallenged] = useState(false);
  const { value, set, faults } = form;
  const wanted = items.filter((each) => each.requiredAtRegistration && each.inEffect !== null);
  const minor = isMinor(value.birthDate);
  const send = async (): Promise<void> => {
    const started = await ask(
      api.POST('/v1/registrations', {
        params: { header: { 'Idempotency-Key': newKey() } },
        body: {
          method: 'phone',
          phone: value.phone,
          birthDate: value.birthDate,
          channel: 'web',
          acceptances: wanted.map(({ documentId, inEffect }) => ({ documentId, version: inEffect?.version ?? '' })),
          ...(value.displayName.trim() === '' ? {} : { displayName: value.displayName.trim() }),
          ...(minor ? { guardian: { phone: value.guardianPhone, relationship: value.relationship } } : {}),
        },
      }),
    );
    setChallenged(started.challenge !== undefined);
    begun({ id: started.id, sent: await sendCode(started.id, started.challenge) });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit(send, [
          value.phone.trim() === '' && missing('phone'),
          value.birthDate === '' && missing('birthDate'),
          minor && value.guardianPhone.trim() === '' && missing('guardianPhone'),
          !value.agreed && missing('agreed'),
        ]);
      }}
    >
      <Heading>{say('register.title')}</Heading>
      <ErrorSummary form={form} />
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
        {form.busy ? say(challenged ? 'register.challenge' : 'common.working') : say('register.next')}
      </button>
      <Home />
    </form>
  );
}

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

/** Sends the code; where a challenge was set, its solution first. */
async function sendCode(id: string, challenge?: Schemas['ChallengeAnswer']): Promise<Schemas['CodeSentAnswer']> {
  if (challenge && challenge.kind !== 'proof_of_work')
    throw new Problem({ status: 403, code: 'hosted_challenge', title: 'hosted challenge' });
  const body = challenge ? { challengeResponse: await solve(challenge.parameters) } : {};
  const params = { path: { id }, header: { 'Idempotency-Key': newKey() } };
  return ask(api.POST('/v1/registrations/{id}/codes', { params, body }));
}

function Prove({
  begun,
  form,
  back,
  proven,
}: {
  readonly begun: Begun;
  readonly form: Form<Entered>;
  readonly back: () => void;
  readonly proven: (answer: Schemas['ProvenAnswer']) => void;
}): ReactNode {
  const { say } = useSay();
  const { value, set, faults } = form;
  const send = async (): Promise<void> => {
    const params = { path: { id: begun.id }, header: { 'Idempotency-Key': newKey() } };
    proven(await ask(api.POST('/v1/registrations/{id}/verifications', { params, body: { code: value.code } })));
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit(send, [value.code.length !== 6 && missing('code')]);
      }}
    >
      <Heading>{say('register.codeTitle')}</Heading>
      <p>{say('register.codeLead', { phone: value.phone })}</p>
      <ErrorSummary form={form} />
      <CodeField
        value={value.code}
        onText={(code) => set({ code })}
        faults={faults}
        sent={begun.sent.resendAfterSeconds}
        send={() => sendCode(begun.id)}
      />
      <Choices>
        <button type="submit" disabled={form.busy}>
          {form.busy ? say('common.working') : say('register.do')}
        </button>
        <button type="button" onClick={back}>
          {say('register.change')}
        </button>
      </Choices>
    </form>
  );
}

/** Refused or held: why, under which clause, and what can be done. */
function Ended({ answer: { status, refusal } }: { readonly answer: Schemas['ProvenAnswer'] }): ReactNode {
  const { say } = useSay();
  if (status === 'in_review')
    return (
      <>
        <Heading>{say('register.held')}</Heading>
        <p>{say('register.heldText')}</p>
        <Home />
      </>
    );
  return (
    <>
      <Heading>{say('register.refused')}</Heading>
      {refusal && <p>{refusal.redress}</p>}
      {refusal && refusal.clauses.length > 0 && (
        <p className="muted">{say('register.clauses', { clauses: refusal.clauses.join(', ') })}</p>
      )}
      <Home />
    </>
  );
}

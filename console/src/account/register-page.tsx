import { type ReactNode, useState } from 'react';
import { Navigate, useNavigate } from 'react-router';
import { ask, newKey, type Schemas } from '../api/client.ts';
import { CodeField } from '../people/code-field.tsx';
import { missing } from '../people/faults.ts';
import { CheckedForm, SendOrBack } from '../people/form.tsx';
import { ErrorSummary, Heading } from '../people/parts.tsx';
import { type Form, useForm } from '../people/use-form.ts';
import { useChallenge } from './challenge.tsx';
import { Shown } from './parts.tsx';
import { type Entered, NOTHING_ENTERED, RegisterForm } from './register-form.tsx';
import { api, begin, useSignedIn } from './session.ts';
import { useSay } from './texts.ts';
import { useLoad } from './use-load.ts';

/** A registration that has begun, and whose number has got its code. */
interface Begun {
  readonly id: string;
  readonly sent: { readonly resendAfterSeconds: number };
}

/** Who, how old, on what terms; then the code (2.2). With a third-party account the form leads to the provider instead. */
export function RegisterPage(): ReactNode {
  const signedIn = useSignedIn();
  const navigate = useNavigate();
  const [begun, setBegun] = useState<Begun>();
  const agreements = useLoad(async () => (await ask(api.GET('/v1/agreements'))).items);
  const challenge = useChallenge();
  const form = useForm(NOTHING_ENTERED, {
    '/guardian/phone': 'guardianPhone',
    '/guardian': 'guardianPhone',
    '/registration/guardian/phone': 'guardianPhone',
    '/registration/birthDate': 'birthDate',
    '/registration/displayName': 'displayName',
  });
  const started = async ({ id, challenge: asked }: Schemas['StartedAnswer']): Promise<void> => {
    const solution = asked === undefined ? {} : { challengeResponse: await challenge.solve(asked) };
    setBegun({ id, sent: await sendCode(id, solution) });
  };
  const proven = (answer: Schemas['ProvenAnswer']): void => {
    // Held or refused: a page that can be opened again says how it stands, why, and what can be done.
    if (!answer.tokens) return void navigate(`/registrations/${answer.id}`, { replace: true });
    begin(answer.tokens);
    void navigate(answer.status === 'awaiting_guardian' ? '/my-guardian' : '/', { replace: true });
  };
  if (signedIn && !begun) return <Navigate replace to="/" />;
  if (begun) return <Prove begun={begun} form={form} back={() => setBegun(undefined)} proven={proven} />;
  return (
    <>
      <Shown loaded={agreements}>
        {(items) => <RegisterForm items={items} form={form} started={started} solve={challenge.solve} />}
      </Shown>
      {challenge.dialog}
    </>
  );
}

function sendCode(id: string, body: Schemas['RequestCode']): Promise<Schemas['CodeSentAnswer']> {
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
    <CheckedForm form={form} send={send} check={[value.code.length !== 6 && missing('code')]}>
      <Heading>{say('register.codeTitle')}</Heading>
      <p>{say('register.codeLead', { phone: value.phone })}</p>
      <ErrorSummary form={form} />
      <CodeField
        value={value.code}
        onText={(code) => set({ code })}
        faults={faults}
        sent={begun.sent.resendAfterSeconds}
        send={() => sendCode(begun.id, {})}
      />
      <SendOrBack form={form} back={back} backWords={say('register.change')}>
        {say('register.do')}
      </SendOrBack>
    </CheckedForm>
  );
}

import type { ReactNode } from 'react';
import { Link, Navigate, useSearchParams } from 'react-router';
import { ask, newKey } from '../api/client.ts';
import { CodeField } from '../people/code-field.tsx';
import { missing, NotSent } from '../people/faults.ts';
import { CheckedForm, SendButton } from '../people/form.tsx';
import { useOnceKey } from '../people/once-key.ts';
import { ErrorSummary, Heading, TextField } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { api, begin, knownDevice, useSignedIn } from './session.ts';
import { leaveFor, type Provider, useProviders } from './third-party.ts';
import { useSay } from './texts.ts';

export function SignInPage(): ReactNode {
  const { say } = useSay();
  const signedIn = useSignedIn();
  const [query] = useSearchParams();
  const form = useForm({ phone: '', code: '' });
  const keyOf = useOnceKey();
  const { value, set, faults } = form;
  const asked = query.get('then') ?? '/';
  // Only a path of these pages: the link of a stranger sends nobody elsewhere.
  const then = /^\/(?!\/)/.test(asked) ? asked : '/';
  if (signedIn) return <Navigate replace to={then} />;
  const send = async (): Promise<void> => {
    const params = { header: { 'Idempotency-Key': keyOf(value) } };
    begin(await ask(api.POST('/v1/sessions', { params, body: { ...value, ...knownDevice() } })));
  };
  // A key of its own each time: another code is asked for, not the same answer again.
  const sendCode = async () => {
    if (value.phone.trim() === '') throw new NotSent([missing('phone')]);
    const params = { header: { 'Idempotency-Key': newKey() } };
    return ask(api.POST('/v1/sessions/codes', { params, body: { phone: value.phone, ...knownDevice() } }));
  };
  return (
    <CheckedForm
      form={form}
      send={send}
      check={[value.phone.trim() === '' && missing('phone'), value.code.length !== 6 && missing('code')]}
    >
      <Heading>{say('signIn.title')}</Heading>
      <p>{say('signIn.lead')}</p>
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
      <CodeField
        value={value.code}
        onText={(code) => set({ code })}
        faults={faults}
        send={sendCode}
        elsewhere={(fault) => form.refuse([fault])}
      />
      <SendButton form={form} className="button main">
        {say('signIn.do')}
      </SendButton>
      <ByProvider then={then} />
      <p className="row">
        <Link className="quiet link" to="/register">
          {say('welcome.register')}
        </Link>
        <Link className="quiet link" to="/recover">
          {say('welcome.recover')}
        </Link>
      </p>
    </CheckedForm>
  );
}

/** With an account at somebody else's, where one is configured (2.2). */
function ByProvider({ then }: { readonly then: string }): ReactNode {
  const { say } = useSay();
  const form = useForm({});
  const providers = useProviders('sign_in');
  if (providers.length === 0) return null;
  const go =
    ({ id, title }: Provider) =>
    (): Promise<void> =>
      leaveFor({ body: { provider: id, purpose: 'sign_in' }, title, back: then });
  return (
    <section aria-label={say('signIn.others')}>
      <p className="muted">{say('signIn.others')}</p>
      <ErrorSummary form={form} />
      <p className="row">
        {providers.map((each) => (
          <button
            key={each.id}
            type="button"
            className="button"
            disabled={form.busy}
            onClick={() => void form.submit(go(each))}
          >
            {say('signIn.with', { title: each.title })}
          </button>
        ))}
      </p>
    </section>
  );
}

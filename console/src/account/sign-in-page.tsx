import type { ReactNode } from 'react';
import { Link, Navigate, useSearchParams } from 'react-router';
import { ask, newKey } from '../api/client.ts';
import { missing } from '../people/faults.ts';
import { CodeField, ErrorSummary, Heading, TextField } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { api, begin, useSignedIn } from './session.ts';
import { useSay } from './texts.ts';

export function SignInPage(): ReactNode {
  const { say } = useSay();
  const signedIn = useSignedIn();
  const [query] = useSearchParams();
  const form = useForm({ phone: '', code: '' });
  const { value, set, faults } = form;
  const then = query.get('then') ?? '/';
  // Only a path of these pages: the link of a stranger sends nobody elsewhere.
  if (signedIn) return <Navigate replace to={/^\/(?!\/)/.test(then) ? then : '/'} />;
  const params = { header: { 'Idempotency-Key': newKey() } };
  const send = async (): Promise<void> => begin(await ask(api.POST('/v1/sessions', { params, body: value })));
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit(send, [
          value.phone.trim() === '' && missing('phone'),
          value.code.length !== 6 && missing('code'),
        ]);
      }}
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
        send={() => ask(api.POST('/v1/sessions/codes', { params, body: { phone: value.phone } }))}
      />
      <button type="submit" className="button main" disabled={form.busy}>
        {form.busy ? say('common.working') : say('signIn.do')}
      </button>
      <p className="row">
        <Link className="quiet link" to="/register">
          {say('welcome.register')}
        </Link>
        <Link className="quiet link" to="/recover">
          {say('welcome.recover')}
        </Link>
      </p>
    </form>
  );
}

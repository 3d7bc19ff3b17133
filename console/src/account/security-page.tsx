import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { moment } from '../people/moment.ts';
import { missing } from '../people/faults.ts';
import { CheckedForm } from '../people/form.tsx';
import { useOnceKey } from '../people/once-key.ts';
import { CheckField, ErrorSummary, Heading, Told } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { announce } from '../ui/live-region.tsx';
import { deviceOf } from './device.ts';
import { OwnCode } from './own-code.tsx';
import { Home, Shown } from './parts.tsx';
import { api, end, mine } from './session.ts';
import { useSay } from './texts.ts';
import { useLoad } from './use-load.ts';

/** Who is signed in, stopping everything at once, and what my data may be used for. */
export function SecurityPage(): ReactNode {
  const { say } = useSay();
  const account = useLoad(() => mine(() => api.GET('/v1/accounts/me')));
  return (
    <>
      <Heading>{say('security.title')}</Heading>
      <Shown loaded={account}>
        {({ state, improvementObjection }) => (
          <>
            {state === 'frozen' ? (
              <Unfreeze changed={account.reload} />
            ) : (
              state === 'active' && <Freeze changed={account.reload} />
            )}
            <nav className="card" aria-label={say('security.waysIn')}>
              <ul className="menu">
                <li>
                  <Link to="/security/number">
                    {say('number.title')}
                    <span>{say('number.hint')}</span>
                  </Link>
                </li>
                <li>
                  <Link to="/security/links">
                    {say('links.title')}
                    <span>{say('links.hint')}</span>
                  </Link>
                </li>
                <li>
                  <Link to="/information">
                    {say('information.title')}
                    <span>{say('information.hint')}</span>
                  </Link>
                </li>
              </ul>
            </nav>
            <Sessions />
            <DataUse objects={improvementObjection} />
          </>
        )}
      </Shown>
      <Home />
    </>
  );
}

function Sessions(): ReactNode {
  const { say, language } = useSay();
  const loaded = useLoad(() => mine(() => api.GET('/v1/sessions')));
  const form = useForm({});
  const everywhere = async (): Promise<void> => {
    await mine(() => api.DELETE('/v1/sessions'));
    end();
    // A fresh start: nothing that was shown stays in the memory of the page.
    location.assign('/account/');
  };
  return (
    <section className="card">
      <h2>{say('sessions.title')}</h2>
      <ErrorSummary form={form} />
      <Shown loaded={loaded}>
        {({ items }) => (
          <ul className="plain">
            {items.map((each) => (
              <li key={each.id}>
                {each.userAgent === null ? say('sessions.unknown') : deviceOf(each.userAgent)}
                {each.current && <strong> · {say('sessions.here')}</strong>}
                <div className="muted">
                  {say('sessions.used', { time: moment(each.lastUsedAt, language) })}
                  {each.ip !== null && ` · ${each.ip}`}
                </div>
              </li>
            ))}
          </ul>
        )}
      </Shown>
      <button type="button" className="button" disabled={form.busy} onClick={() => void form.submit(everywhere)}>
        {say('sessions.everywhere')}
      </button>
    </section>
  );
}

function Freeze({ changed }: { readonly changed: () => void }): ReactNode {
  const { say } = useSay();
  const form = useForm({ reportMisuse: false });
  const keyOf = useOnceKey();
  const send = async (): Promise<void> => {
    const body = form.value;
    const params = { header: { 'Idempotency-Key': keyOf(body) } };
    await mine(() => api.POST('/v1/accounts/me/freeze', { params, body }));
    announce(say('freeze.done'));
    changed();
  };
  return (
    <section className="card">
      <h2>{say('freeze.title')}</h2>
      <p>{say('freeze.lead')}</p>
      <ErrorSummary form={form} />
      <CheckField
        id="reportMisuse"
        checked={form.value.reportMisuse}
        onCheck={(reportMisuse) => form.set({ reportMisuse })}
      >
        {say('freeze.misuse')}
      </CheckField>
      <button type="button" className="button" disabled={form.busy} onClick={() => void form.submit(send)}>
        {say('freeze.do')}
      </button>
    </section>
  );
}

function Unfreeze({ changed }: { readonly changed: () => void }): ReactNode {
  const { say } = useSay();
  const form = useForm({ code: '' });
  const keyOf = useOnceKey();
  const send = async (): Promise<void> => {
    const body = form.value;
    const params = { header: { 'Idempotency-Key': keyOf(body) } };
    await mine(() => api.POST('/v1/accounts/me/unfreeze', { params, body }));
    announce(say('unfreeze.done'));
    changed();
  };
  return (
    <CheckedForm
      form={form}
      className="card warn"
      send={send}
      check={[form.value.code.length !== 6 && missing('code')]}
    >
      <h2>{say('unfreeze.title')}</h2>
      <ErrorSummary form={form} />
      <OwnCode purpose="step_up" value={form.value.code} onText={(code) => form.set({ code })} faults={form.faults} />
      <button type="submit" className="button" disabled={form.busy}>
        {say('unfreeze.do')}
      </button>
    </CheckedForm>
  );
}

function DataUse({ objects }: { readonly objects: boolean }): ReactNode {
  const { say } = useSay();
  const [now, setNow] = useState(objects);
  const [saved, setSaved] = useState(false);
  const form = useForm({});
  const change = (next: boolean) => async (): Promise<void> => {
    setNow(next);
    setSaved(false);
    const answer = await mine(() => api.PUT('/v1/accounts/me/data-use-objection', { body: { objects: next } })).catch(
      (error: unknown) => {
        setNow(!next);
        throw error;
      },
    );
    setNow(answer.objects);
    setSaved(true);
  };
  return (
    <section className="card">
      <h2>{say('dataUse.title')}</h2>
      <p>{say('dataUse.lead')}</p>
      <ErrorSummary form={form} />
      <CheckField id="objects" checked={now} onCheck={(next) => void form.submit(change(next))}>
        {say('dataUse.objects')}
      </CheckField>
      {saved && <Told atOnce>{say('dataUse.saved')}</Told>}
    </section>
  );
}

import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { newKey, type Schemas } from '../api/client.ts';
import { CodeField } from '../people/code-field.tsx';
import { missing } from '../people/faults.ts';
import { CheckedForm, SendButton } from '../people/form.tsx';
import { moment } from '../people/moment.ts';
import { useOnceKey } from '../people/once-key.ts';
import { Choices, ErrorSummary, Heading, TextField } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { announce } from '../ui/live-region.tsx';
import { OwnCode } from './own-code.tsx';
import { Shown } from './parts.tsx';
import { api, mine } from './session.ts';
import { useSay } from './texts.ts';
import { useLoad } from './use-load.ts';

type Change = Schemas['ChangeDto'];

const LIVE: readonly Change['state'][] = ['requested', 'cooling_off'];

/** Another number for the account (2.3(1)): the old one proves, the new one proves, then time in which the old may object. */
export function NumberPage(): ReactNode {
  const { say } = useSay();
  const loaded = useLoad(async () => (await mine(() => api.GET('/v1/accounts/me/identifier-changes'))).items);
  return (
    <>
      <Heading>{say('number.title')}</Heading>
      <Shown loaded={loaded}>
        {(changes) => {
          const live = changes.find((each) => LIVE.includes(each.state));
          const last = changes[0];
          return (
            <>
              {live === undefined ? (
                <>
                  {last && <Ended change={last} />}
                  <Ask changed={loaded.reload} />
                </>
              ) : live.state === 'requested' ? (
                <ProveNew key={live.id} change={live} changed={loaded.reload} />
              ) : (
                <Cooling change={live} changed={loaded.reload} />
              )}
            </>
          );
        }}
      </Shown>
      <p>
        <Link className="quiet link" to="/security">
          {say('security.title')}
        </Link>
      </p>
    </>
  );
}

function Ended({ change }: { readonly change: Change }): ReactNode {
  const { say, language } = useSay();
  return (
    <section className="card">
      <p>
        {say(`change.${change.state}`)} <span className="muted">{moment(change.requestedAt, language)}</span>
      </p>
    </section>
  );
}

function Ask({ changed }: { readonly changed: () => void }): ReactNode {
  const { say } = useSay();
  const keyOf = useOnceKey();
  const form = useForm(
    { newPhone: '', code: '' },
    { '/phone': 'newPhone', phone_invalid: 'newPhone', identifier_unchanged: 'newPhone' },
  );
  const { value, set, faults } = form;
  const send = async (): Promise<void> => {
    const body = { phone: value.newPhone, code: value.code };
    const params = { header: { 'Idempotency-Key': keyOf(body) } };
    await mine(() => api.POST('/v1/accounts/me/identifier-changes', { params, body }));
    announce(say('number.sentNew'));
    changed();
  };
  return (
    <CheckedForm
      form={form}
      send={send}
      check={[value.newPhone.trim() === '' && missing('newPhone'), value.code.length !== 6 && missing('code')]}
    >
      <p>{say('number.lead')}</p>
      <ErrorSummary form={form} />
      <TextField
        id="newPhone"
        type="tel"
        label={say('number.new')}
        hint={say('phone.hint')}
        faults={faults}
        value={value.newPhone}
        onText={(newPhone) => set({ newPhone })}
        autoComplete="tel"
      />
      <OwnCode
        purpose="identifier_change"
        label={say('number.codeOld')}
        value={value.code}
        onText={(code) => set({ code })}
        faults={faults}
      />
      <SendButton form={form} className="button main">
        {say('number.next')}
      </SendButton>
    </CheckedForm>
  );
}

interface ChangeProps {
  readonly change: Change;
  readonly changed: () => void;
}

function ProveNew({ change, changed }: ChangeProps): ReactNode {
  const { say, language } = useSay();
  const form = useForm({ code: '' });
  const params = { path: { id: change.id } };
  const send = async (): Promise<void> => {
    const header = { 'Idempotency-Key': newKey() };
    const body = { code: form.value.code };
    await mine(() =>
      api.POST('/v1/accounts/me/identifier-changes/{id}/verifications', { params: { ...params, header }, body }),
    );
    changed();
  };
  const withdraw = async (): Promise<void> => {
    await mine(() => api.DELETE('/v1/accounts/me/identifier-changes/{id}', { params }));
    changed();
  };
  return (
    <CheckedForm form={form} send={send} check={[form.value.code.length !== 6 && missing('code')]}>
      <p>{say('number.sentNew')}</p>
      <p className="muted">{say('number.until', { time: moment(change.expiresAt, language) })}</p>
      <ErrorSummary form={form} />
      <CodeField
        label={say('number.codeNew')}
        value={form.value.code}
        onText={(code) => form.set({ code })}
        faults={form.faults}
      />
      <Choices>
        <SendButton form={form}>{say('number.do')}</SendButton>
        <button type="button" disabled={form.busy} onClick={() => void form.submit(withdraw)}>
          {say('number.withdraw')}
        </button>
      </Choices>
    </CheckedForm>
  );
}

/** Proved; it waits, and can be stopped: by who asked for it, and, where that was not the owner, with an objection. */
export function Cooling({ change, changed }: ChangeProps): ReactNode {
  const { say, language } = useSay();
  const form = useForm({});
  const params = { path: { id: change.id } };
  const withdraw = async (): Promise<void> => {
    await mine(() => api.DELETE('/v1/accounts/me/identifier-changes/{id}', { params }));
    changed();
  };
  const object = async (): Promise<void> => {
    await mine(() => api.POST('/v1/accounts/me/identifier-changes/{id}/objections', { params }));
    announce(say('objection.done'));
    changed();
  };
  const owners = change.origin === 'owner';
  return (
    <section className="card warn">
      <h2>{say(owners ? 'number.waiting' : 'number.somebody')}</h2>
      <p>
        {say(owners ? 'number.waitingText' : 'number.somebodyText', {
          time: change.effectiveAt === null ? '' : moment(change.effectiveAt, language),
        })}
      </p>
      <ErrorSummary form={form} />
      <div className="row">
        {owners && (
          <button type="button" className="button" disabled={form.busy} onClick={() => void form.submit(withdraw)}>
            {say('number.withdraw')}
          </button>
        )}
        <button type="button" className="button" disabled={form.busy} onClick={() => void form.submit(object)}>
          {say('objection.do')}
        </button>
      </div>
      <p className="hint">{say(owners ? 'objection.ownHint' : 'objection.hint')}</p>
    </section>
  );
}

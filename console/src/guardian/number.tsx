import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { ask, type Schemas } from '../api/client.ts';
import { CodeField } from '../people/code-field.tsx';
import { type Fault, faultsOf, missing, wordsOf } from '../people/faults.ts';
import { CheckedForm, SendOrBack } from '../people/form.tsx';
import { moment } from '../people/moment.ts';
import { useOnceKey } from '../people/once-key.ts';
import { ErrorSummary, Heading, TextField } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { api, type Page, path, sendCode } from './api.ts';
import { useSay } from './texts.ts';

type Change = Schemas['ChangeDto'];

interface NumberProps {
  readonly page: Page;
  readonly back: () => void;
}

interface StepProps extends NumberProps {
  readonly changed: (change: Change) => void;
}

/** A guardian who has both numbers moves to the new one: a code at each, then time in which the old one may object (2.1). */
export function MoveNumber({ page, back }: NumberProps): ReactNode {
  const { say } = useSay();
  const [change, setChange] = useState<Change | null>();
  const [fault, setFault] = useState<Fault>();
  const load = useCallback(() => {
    ask(api.GET('/v1/guardian-consents/{token}/number-changes', { params: path })).then(
      ({ items }) => setChange(items.find(({ state }) => state === 'requested' || state === 'cooling_off') ?? null),
      (error: unknown) => setFault(faultsOf(error)[0]),
    );
  }, []);
  useEffect(load, [load]);
  const step = { page, back, changed: setChange };
  return (
    <>
      <Heading>{say('number.title')}</Heading>
      {fault && <p role="alert">{wordsOf(fault)}</p>}
      {change === undefined && !fault && <p className="muted">{say('common.loading')}</p>}
      {change === null && <Ask {...step} />}
      {change?.state === 'requested' && <Prove {...step} change={change} />}
      {change?.state === 'cooling_off' && <Waiting change={change} back={back} />}
    </>
  );
}

function Ask({ page, back, changed }: StepProps): ReactNode {
  const { say } = useSay();
  const keyOf = useOnceKey();
  const form = useForm(
    { newPhone: '', code: '' },
    { '/phone': 'newPhone', phone_invalid: 'newPhone', identifier_unchanged: 'newPhone' },
  );
  const { newPhone, code } = form.value;
  const send = async (): Promise<void> => {
    const body = { phone: newPhone, code };
    const params = { ...path, header: { 'Idempotency-Key': keyOf(body) } };
    changed(await ask(api.POST('/v1/guardian-consents/{token}/number-changes', { params, body })));
  };
  return (
    <CheckedForm
      form={form}
      send={send}
      check={[newPhone.trim() === '' && missing('newPhone'), code.length !== 6 && missing('code')]}
    >
      <p>{say('number.lead')}</p>
      <ErrorSummary form={form} />
      <TextField
        id="newPhone"
        type="tel"
        autoComplete="tel"
        label={say('number.new')}
        faults={form.faults}
        value={newPhone}
        onText={(text) => form.set({ newPhone: text })}
      />
      <CodeField
        label={say('number.codeOld')}
        value={code}
        onText={(text) => form.set({ code: text })}
        faults={form.faults}
        to={page.guardianPhone}
        send={sendCode}
      />
      <SendOrBack form={form} back={back} backWords={say('keep')}>
        {say('number.next')}
      </SendOrBack>
    </CheckedForm>
  );
}

function Prove({ change, back, changed }: StepProps & { readonly change: Change }): ReactNode {
  const { say, language } = useSay();
  const keyOf = useOnceKey();
  const form = useForm({ code: '' });
  const { code } = form.value;
  const send = async (): Promise<void> => {
    const body = { code };
    const params = { path: { ...path.path, id: change.id }, header: { 'Idempotency-Key': keyOf(body) } };
    changed(await ask(api.POST('/v1/guardian-consents/{token}/number-changes/{id}/verifications', { params, body })));
  };
  return (
    <CheckedForm form={form} send={send} check={[code.length !== 6 && missing('code')]}>
      <p>{say('number.sent', { time: moment(change.expiresAt, language) })}</p>
      <ErrorSummary form={form} />
      <CodeField
        label={say('number.codeNew')}
        value={code}
        onText={(text) => form.set({ code: text })}
        faults={form.faults}
      />
      <SendOrBack form={form} back={back} backWords={say('keep')}>
        {say('number.do')}
      </SendOrBack>
    </CheckedForm>
  );
}

function Waiting({ change, back }: { readonly change: Change; readonly back: () => void }): ReactNode {
  const { say, language } = useSay();
  const time = change.effectiveAt === null ? '' : moment(change.effectiveAt, language);
  return (
    <>
      <section className="card" data-testid="waiting">
        <p>{say('number.waiting', { time })}</p>
        <p className="hint">{say('number.waitingHint')}</p>
      </section>
      <button type="button" className="button" onClick={back}>
        {say('number.back')}
      </button>
    </>
  );
}

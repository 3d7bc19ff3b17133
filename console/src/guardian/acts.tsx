import { type ReactNode, useState } from 'react';
import { ask } from '../api/client.ts';
import { isProblem } from '../api/problem.ts';
import { AgreementLink } from '../people/agreement.tsx';
import { CodeField } from '../people/code-field.tsx';
import { type Fault, missing } from '../people/faults.ts';
import { CheckedForm, SendOrBack } from '../people/form.tsx';
import { moment } from '../people/moment.ts';
import { ErrorSummary, Heading, TextField } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { type Applied, api, type Page, path, sendCode } from './api.ts';
import type { Outcome } from './steps.ts';
import { limitsIn } from './limits-words.ts';
import { useSay } from './texts.ts';

/** What stands in the way of closing, as the API says it. */
interface Obstacle {
  readonly kind: string;
  readonly howToClear: { readonly zh: string; readonly en: string };
}

interface ManageProps {
  readonly page: Page;
  readonly settled: (page: Page, outcome?: Outcome, applied?: Applied) => void;
  readonly back: () => void;
}

/** Taking consent back, asking to close the account, a new version: one code, and leaving it as it is weighs the same. */
export function WithCode({
  what,
  page,
  settled,
  back,
}: ManageProps & { readonly what: 'revoke' | 'deregister' | 'withdraw' | 'accept' }): ReactNode {
  const { say, language } = useSay();
  const form = useForm({ code: '' });
  const { code } = form.value;
  const [obstacles, setObstacles] = useState<readonly Obstacle[]>([]);
  const noteObstacles = (error: unknown): never => {
    const found = isProblem(error, 'ward_leaving_obstructed') ? error.document['obstacles'] : [];
    setObstacles(found as readonly Obstacle[]);
    throw error;
  };
  const send = async (): Promise<void> => {
    if (what === 'revoke') {
      settled(await ask(api.POST('/v1/guardian-consents/{token}/revocation', { params: path, body: { code } })));
    } else if (what === 'withdraw') {
      const body = { code };
      settled(
        await ask(api.POST('/v1/guardian-consents/{token}/deregistration/withdrawal', { params: path, body })),
        'withdrawal',
      );
    } else if (what === 'accept') {
      const acceptances = page.pendingAgreements.map(({ documentId, version }) => ({ documentId, version }));
      const body = { code, acceptances };
      settled(await ask(api.POST('/v1/guardian-consents/{token}/acceptances', { params: path, body })), 'accepted');
    } else {
      const applied = await ask(
        api.POST('/v1/guardian-consents/{token}/deregistration', { params: path, body: { code } }),
      );
      const { accessToken: _, ...leaving } = applied;
      const actions = page.actions.filter((each) => each !== 'deregister');
      settled({ ...page, leaving, actions }, 'deregistration', applied);
    }
  };
  return (
    <CheckedForm form={form} send={() => send().catch(noteObstacles)} check={[code.length !== 6 && missing('code')]}>
      <Heading>{say(`${what}.title`)}</Heading>
      <ErrorSummary form={form} />
      {obstacles.length > 0 && (
        <section className="card warn">
          <ul>
            {obstacles.map((each) => (
              <li key={each.kind + each.howToClear.en}>{each.howToClear[language === 'en' ? 'en' : 'zh']}</li>
            ))}
          </ul>
        </section>
      )}
      <p>{say(`${what}.lead`)}</p>
      {what === 'accept' &&
        page.pendingAgreements.map((each) => (
          <section className="card" key={`${each.documentId} ${each.version}`}>
            <AgreementLink api={api} documentId={each.documentId} version={each.version} />
            <p>{say('accept.since', { time: moment(each.since, language) })}</p>
          </section>
        ))}
      <CodeField
        value={code}
        onText={(text) => form.set({ code: text })}
        faults={form.faults}
        to={page.guardianPhone}
        send={sendCode}
      />
      <SendOrBack form={form} back={back} backWords={say('keep')}>
        {say(`${what}.do`)}
      </SendOrBack>
    </CheckedForm>
  );
}

export function Limits({ page, settled, back }: ManageProps): ReactNode {
  const { say } = useSay();
  const { minutesPerDay, quietHours } = page.limits;
  const form = useForm(
    {
      minutesPerDay: minutesPerDay === null ? '' : String(minutesPerDay),
      from: quietHours?.from ?? '',
      to: quietHours?.to ?? '',
      code: '',
    },
    { '/quietHours/from': 'from', '/quietHours/to': 'to' },
  );
  const { value, set, faults } = form;
  const minutes = value.minutesPerDay === '' ? null : Number(value.minutesPerDay);
  const send = async (): Promise<void> => {
    const hours = value.from === '' ? null : { from: value.from, to: value.to };
    const body = { minutesPerDay: minutes, quietHours: hours, code: value.code };
    settled(await ask(api.PUT('/v1/guardian-consents/{token}/limits', { params: path, body })), 'limits');
  };
  const checks = (): (Fault | false)[] => [
    minutes !== null && !(Number.isInteger(minutes) && minutes >= 0 && minutes <= 1440) && missing('minutesPerDay'),
    (value.from === '') !== (value.to === '') && missing(value.from === '' ? 'from' : 'to'),
    value.code.length !== 6 && missing('code'),
  ];
  return (
    <CheckedForm form={form} send={send} check={checks()}>
      <Heading>{say('limits.title')}</Heading>
      <p>{say('limits.lead', { now: limitsIn(say, page.effectiveLimits) })}</p>
      <ErrorSummary form={form} />
      <TextField
        id="minutesPerDay"
        label={say('limits.minutes')}
        hint={say('limits.minutesHint')}
        faults={faults}
        inputMode="numeric"
        value={value.minutesPerDay}
        onText={(text) => set({ minutesPerDay: text.trim() })}
      />
      <p className="hint">{say('limits.quietHint')}</p>
      <div className="choices">
        <TextField
          id="from"
          type="time"
          label={say('limits.from')}
          faults={faults}
          value={value.from}
          onText={(from) => set({ from })}
        />
        <TextField
          id="to"
          type="time"
          label={say('limits.to')}
          faults={faults}
          value={value.to}
          onText={(to) => set({ to })}
        />
      </div>
      <CodeField
        value={value.code}
        onText={(code) => set({ code })}
        faults={faults}
        to={page.guardianPhone}
        send={sendCode}
      />
      <SendOrBack form={form} back={back} backWords={say('keep')}>
        {say('limits.save')}
      </SendOrBack>
    </CheckedForm>
  );
}

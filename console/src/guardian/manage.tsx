import { type ReactNode, useState } from 'react';
import { ask } from '../api/client.ts';
import { isProblem } from '../api/problem.ts';
import { type Fault, missing } from '../people/faults.ts';
import { AgreementLink } from '../people/agreement.tsx';
import { CodeField } from '../people/code-field.tsx';
import { moment } from '../people/moment.ts';
import { Choices, ErrorSummary, Heading, TextField } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { type Applied, api, type Page, path } from './api.ts';
import { Closing } from './closing.tsx';
import { sendCode } from './decide.tsx';
import type { Outcome, Step } from './guardian-app.tsx';
import { type TextId, useSay, type Words } from './texts.ts';

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

function limitsIn(say: Words, { minutesPerDay, quietHours }: Page['effectiveLimits']): string {
  const minutes = minutesPerDay === null ? say('limits.noMinutes') : say('limits.perDay', { minutes: minutesPerDay });
  return quietHours === null ? minutes : say('limits.both', { minutes, quiet: say('limits.quiet', { ...quietHours }) });
}

const MENU = [
  { action: 'limit', each: 'limits' },
  { action: 'revoke', each: 'revoke' },
  { action: 'deregister', each: 'deregister' },
] as const;

/** What was decided, in words; and, while consent lasts, everything that the guardian may do with it. */
export function Standing({
  page,
  outcome,
  applied,
  go,
}: {
  readonly page: Page;
  readonly outcome: Outcome | undefined;
  readonly applied: Applied | undefined;
  readonly go: (step: Step) => void;
}): ReactNode {
  const { say } = useSay();
  const [title, text] = wordsFor(page, outcome);
  return (
    <>
      <Heading>{say(title)}</Heading>
      {text && <p>{say(text)}</p>}
      {page.leaving !== null && (
        <Closing
          leaving={page.leaving}
          applied={applied}
          withdraw={page.actions.includes('withdraw') ? () => go('withdraw') : undefined}
        />
      )}
      {page.actions.includes('accept_agreements') && (
        <section className="card warn">
          <h2>{say('accept.title')}</h2>
          <button type="button" className="button main" onClick={() => go('accept')}>
            {say('manage.accept')}
          </button>
        </section>
      )}
      {page.actions.includes('limit') && (
        <>
          <dl className="facts card">
            <dt>{say('ask.who')}</dt>
            <dd>{say('ask.whoValue', { phone: page.wardPhone, band: say(`band.${page.band}` as TextId) })}</dd>
            <dt>{say('manage.now')}</dt>
            <dd>{limitsIn(say, page.effectiveLimits)}</dd>
          </dl>
          <h2>{say('manage.title')}</h2>
          <ul className="menu card">
            {MENU.filter(({ action }) => page.actions.includes(action)).map(({ each }) => (
              <li key={each}>
                <button
                  type="button"
                  aria-label={say(`manage.${each}`)}
                  aria-describedby={`${each}-hint`}
                  onClick={() => go(each)}
                >
                  {say(`manage.${each}`)}
                  <span id={`${each}-hint`}>{say(`manage.${each}Hint`)}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function wordsFor(page: Page, outcome: Outcome | undefined): [TextId, TextId?] {
  if (outcome === 'limits' || outcome === 'accepted') return [`done.${outcome}`];
  if (outcome !== undefined) return [`done.${outcome}`, `done.${outcome}Text`];
  switch (page.state) {
    case 'granted':
    case 'refused':
    case 'revoked':
    case 'lapsed':
    case 'withdrawn':
      return [`done.${page.state}`, `done.${page.state}Text`];
    default:
      if (page.leaving !== null) return ['done.deregistration', 'done.deregistrationText'];
      return ['done.expired', 'done.expiredText'];
  }
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
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit(() => send().catch(noteObstacles), [code.length !== 6 && missing('code')]);
      }}
    >
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
      <Choices>
        <button type="submit" disabled={form.busy}>
          {form.busy ? say('common.working') : say(`${what}.do`)}
        </button>
        <button type="button" onClick={back}>
          {say('keep')}
        </button>
      </Choices>
    </form>
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
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit(send, checks());
      }}
    >
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
      <Choices>
        <button type="submit" disabled={form.busy}>
          {form.busy ? say('common.working') : say('limits.save')}
        </button>
        <button type="button" onClick={back}>
          {say('keep')}
        </button>
      </Choices>
    </form>
  );
}

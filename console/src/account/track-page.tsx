import { type ReactNode, useEffect, useState } from 'react';
import { Link, useLocation, useParams } from 'react-router';
import { ask, type Schemas } from '../api/client.ts';
import { isProblem } from '../api/problem.ts';
import type { Language } from '../i18n/language.ts';
import { SendButton } from '../people/form.tsx';
import { moment } from '../people/moment.ts';
import { inPeriod } from '../people/period.ts';
import { CopyButton, ErrorSummary, Heading, Told } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { heardTime, useNow } from '../ui/server-clock.ts';
import { DataDownload } from './data-download.tsx';
import { readersIn, StillKept } from './kept.tsx';
import { Home, inWords, legalDay, Shown } from './parts.tsx';
import { api, mine, useSignedIn } from './session.ts';
import { useSay, wordFor, type Words } from './texts.ts';
import { useLoad } from './use-load.ts';

type Status = Schemas['StatusDto'];

const keyOf = (id: string): string => `deregistration:${id}`;

/** For this tab alone, so that the page of an application reached from the account page has its link too. */
export const rememberToken = (id: string, token: string): void => sessionStorage.setItem(keyOf(id), token);

/** The secret stands in the fragment: no server and no log ever sees it. */
export function useToken(id: string | undefined): string | undefined {
  const { hash } = useLocation();
  return hash.length > 1
    ? hash.slice(1)
    : id === undefined
      ? undefined
      : (sessionStorage.getItem(keyOf(id)) ?? undefined);
}

/** Where an application stands: by its link without signing in, or from the account page (C24). */
export function TrackPage(): ReactNode {
  const { say } = useSay();
  const { id } = useParams();
  const token = useToken(id);
  const signedIn = useSignedIn();
  const byToken = id !== undefined && token !== undefined;
  const loaded = useLoad<Status>(async () => {
    const status = byToken
      ? await ask(api.GET('/v1/deregistrations/{id}/status', { params: { path: { id }, header: headersOf(token) } }))
      : await mine(() => api.GET('/v1/accounts/me/deregistration'));
    heardTime(status.asOf);
    return status;
  }, `${id} ${token}`);
  const gone = isProblem(loaded.error, 'not_found', 'no_application', 'unauthenticated', 'invalid_request');
  if (gone && loaded.value === undefined)
    return (
      <>
        <Heading key="gone">{say('track.gone')}</Heading>
        <p>{say('track.goneText')}</p>
        <p>
          <Link className="button" to={signedIn ? '/' : '/sign-in'}>
            {say(signedIn ? 'home.title' : 'track.signIn')}
          </Link>
        </p>
      </>
    );
  return (
    <>
      <Heading key="here">{say('track.title')}</Heading>
      <Shown loaded={loaded}>
        {(status) => (
          <Tracked
            status={status}
            token={token ?? sessionStorage.getItem(keyOf(status.id)) ?? undefined}
            reload={loaded.reload}
          />
        )}
      </Shown>
      {signedIn && <Home />}
    </>
  );
}

/** As the API names the header; the document lists it in both spellings. */
export const headersOf = (token: string): { 'receipt-token': string } => ({ 'receipt-token': token });

const STEPS = ['requested', 'cooling_off', 'in_review', 'executing', 'completed'] as const;
type Step = (typeof STEPS)[number];
const STEP_OF: Readonly<Record<Status['state'], number>> = {
  requested: 0,
  cooling_off: 1,
  in_review: 2,
  approved: 3,
  executing: 3,
  partially_executed: 3,
  completed: 5,
  withdrawn: -1,
  rejected: -1,
};

/** When it happens and what it means, step by step: nobody has to guess what is next (C24). */
function hintOf(step: Step, status: Status, passed: boolean, say: Words, language: Language): string {
  switch (step) {
    case 'requested':
      return moment(status.requestedAt, language);
    case 'cooling_off':
      return passed ? '' : say('stepHint.cooling_off', { time: moment(status.coolingOffEndsAt, language) });
    case 'in_review':
      return passed ? '' : say('stepHint.in_review');
    case 'executing':
      if (passed) return '';
      return status.executableFrom === null || status.executionStartedAt !== null
        ? say('stepHint.executing')
        : say('stepHint.executingFrom', { time: moment(status.executableFrom, language) });
    case 'completed':
      return status.completedAt === null
        ? say('stepHint.completed', { day: legalDay(status.dueDay, language) })
        : moment(status.completedAt, language);
  }
}

function Tracked({
  status,
  token,
  reload,
}: {
  readonly status: Status;
  readonly token: string | undefined;
  readonly reload: () => void;
}): ReactNode {
  const { say, language } = useSay();
  const signedIn = useSignedIn();
  const form = useForm({});
  const [withdrawn, setWithdrawn] = useState(false);
  const { id } = status;
  const withdraw = async (): Promise<void> => {
    if (token === undefined) await mine(() => api.DELETE('/v1/accounts/me/deregistration'));
    else
      await ask(
        api.POST('/v1/deregistrations/{id}/withdrawal', { params: { path: { id }, header: headersOf(token) } }),
      );
    setWithdrawn(true);
    reload();
  };
  const now = STEP_OF[status.state];
  // It goes on by itself: who keeps the page open sees it move.
  const moves = now >= 0 && status.completedAt === null;
  useEffect(() => {
    if (!moves) return undefined;
    const timer = setInterval(reload, 60_000);
    return () => clearInterval(timer);
  }, [moves, reload]);
  const link = token === undefined ? undefined : `${location.origin}/account/deregistrations/${id}#${token}`;
  return (
    <>
      <ErrorSummary form={form} />
      <section className="card">
        <Told className="status">{say(withdrawn ? 'track.withdrawn' : `state.${status.state}`)}</Told>
        {status.state === 'cooling_off' && <Countdown until={status.coolingOffEndsAt} />}
        {now >= 0 && (
          <ol className="steps">
            {STEPS.map((step, i) => (
              <li
                key={step}
                data-state={i < now ? 'done' : i === now ? 'now' : 'next'}
                {...(i === now ? { 'aria-current': 'step' } : {})}
              >
                <div>
                  {say(`step.${step}`)}
                  <span>{hintOf(step, status, i < now, say, language)}</span>
                </div>
              </li>
            ))}
          </ol>
        )}
        {status.unfinished.length > 0 && <p>{say('track.unfinished')}</p>}
        {status.reason && (
          <>
            <h2>{say('track.reason')}</h2>
            <p>{inWords(status.reason, language)}</p>
          </>
        )}
        {status.nextStep && (
          <>
            <h2>{say('track.next')}</h2>
            <p>{inWords(status.nextStep, language)}</p>
          </>
        )}
      </section>
      {status.automatic !== null && status.automatic.length > 0 && (
        <section className="card">
          <h2>{say('track.automatic')}</h2>
          <p>{say('track.automaticText')}</p>
          <ul>
            {status.automatic.map(({ condition }) => (
              <li key={condition}>{wordFor(say, `condition.${condition}`, 'condition.other')}</li>
            ))}
          </ul>
          {status.withdrawable && <p>{say('track.automaticNext')}</p>}
        </section>
      )}
      {status.agreed.length > 0 && <Agreed agreed={status.agreed} />}
      {status.withdrawable && (token !== undefined || signedIn) && (
        <section className="card">
          <p>{say('track.withdrawHint')}</p>
          <SendButton form={form} className="button" send={withdraw}>
            {say('track.withdraw')}
          </SendButton>
        </section>
      )}
      {(status.state === 'rejected' || status.state === 'withdrawn') && (
        <p>
          <Link className="button" to="/">
            {say(signedIn ? 'home.title' : 'track.signIn')}
          </Link>
        </p>
      )}
      {status.state === 'completed' && token !== undefined && <StandingBans id={id} token={token} />}
      {status.state === 'completed' && token !== undefined && <StillKept id={id} token={token} />}
      {status.receiptReady && (
        <Link className="button main" to={`/deregistrations/${id}/receipt${token === undefined ? '' : `#${token}`}`}>
          {say('track.receipt')}
        </Link>
      )}
      <dl className="facts card">
        <dt>{say('track.reference')}</dt>
        <dd className="mono">{id}</dd>
        {now < 0 && (
          <>
            <dt>{say('track.requested')}</dt>
            <dd>{moment(status.requestedAt, language)}</dd>
          </>
        )}
        {moves && (
          <>
            <dt>{say('track.due')}</dt>
            <dd>
              {legalDay(status.dueDay, language)}
              <div className="muted">
                {say('track.dueNote')}
                {status.dueProvisional && <strong> · {say('track.provisional')}</strong>}
              </div>
            </dd>
          </>
        )}
      </dl>
      {link !== undefined && (
        <section className="card">
          <h2>{say('track.link')}</h2>
          <p>{say('track.linkText')}</p>
          <p className="mono">{link}</p>
          <CopyButton text={link} label={say('track.copy')} />
        </section>
      )}
      {status.withdrawable && signedIn && <DataDownload />}
    </>
  );
}

/** What the person chose to leave here, in the words that they were told then. */
function Agreed({ agreed }: { readonly agreed: Status['agreed'] }): ReactNode {
  const { say, language } = useSay();
  return (
    <section className="card">
      <h2>{say('track.agreed')}</h2>
      <ul className="plain">
        {agreed.map((each) => (
          <li key={each.recordClass}>
            <strong>{inWords(each.title, language) || each.recordClass}</strong>
            <div>{inWords(each.reason, language)}</div>
            {each.period !== null && <div>{say('leave.forPeriod', { period: inPeriod(each.period, language) })}</div>}
            <div className="muted">{say('kept.readers', { readers: readersIn(say, language, each.readers) })}</div>
            <div className="muted">{say('track.agreedAt', { time: moment(each.agreedAt, language) })}</div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Shown only to whom a ban stands against: for everybody else there is nothing to ask about. */
function StandingBans({ id, token }: { readonly id: string; readonly token: string }): ReactNode {
  const { say } = useSay();
  const params = { path: { id }, header: headersOf(token) };
  const loaded = useLoad(async () => (await ask(api.GET('/v1/deregistrations/{id}/bans', { params }))).items);
  if ((loaded.value ?? []).length === 0) return null;
  return (
    <section className="card warn">
      <p>{say('bans.stands')}</p>
      <Link className="button" to={`/deregistrations/${id}/bans#${token}`}>
        {say('bans.see')}
      </Link>
    </section>
  );
}

function Countdown({ until }: { readonly until: string }): ReactNode {
  const { say } = useSay();
  const left = Math.max(0, Date.parse(until) - useNow(30_000));
  const minutes = Math.floor(left / 60_000);
  const hours = Math.floor(minutes / 60);
  const words =
    hours >= 24
      ? say('track.days', { days: Math.floor(hours / 24), hours: hours % 24 })
      : say('track.hours', { hours, minutes: minutes % 60 });
  return (
    <p>
      <span className="muted">{say('track.left')}</span>
      <br />
      <span className="big">{words}</span>
    </p>
  );
}

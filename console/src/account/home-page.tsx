import { Fragment, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { onDay } from '../i18n/times.ts';
import { moment } from '../people/moment.ts';
import { Heading } from '../people/parts.tsx';
import { heardTime } from '../ui/server-clock.ts';
import { ClauseText } from './clause-text.tsx';
import { Cooling } from './number-page.tsx';
import { Shown } from './parts.tsx';
import { api, end, mine } from './session.ts';
import { type TextId, useSay, wordFor } from './texts.ts';
import { useLoad } from './use-load.ts';

type Standing = Schemas['StandingDto'];

/** How the account stands, in plain words, and every way from there; leaving is one of them (C23). */
export function HomePage(): ReactNode {
  const { say, language } = useSay();
  const loaded = useLoad(async () => {
    const [account, standing, changes] = await Promise.all([
      mine(() => api.GET('/v1/accounts/me')),
      mine(() => api.GET('/v1/accounts/me/standing')),
      mine(() => api.GET('/v1/accounts/me/identifier-changes')),
    ]);
    heardTime(standing.asOf);
    return { account, standing, coming: changes.items.find((each) => each.state === 'cooling_off') };
  });
  const signOut = async (): Promise<void> => {
    await mine(() => api.DELETE('/v1/sessions/current')).catch(() => undefined);
    end();
  };
  return (
    <>
      <Heading>{say('home.title')}</Heading>
      <Shown loaded={loaded}>
        {({ account, standing, coming }) => (
          <>
            <StandingCard standing={standing} />
            {/* Somebody may be taking the account over: said here, not where only who looks for it finds it (2.4). */}
            {coming && <Cooling change={coming} changed={loaded.reload} />}
            <dl className="facts">
              {account.displayName !== null && (
                <>
                  <dt>{say('home.name')}</dt>
                  <dd>{account.displayName}</dd>
                </>
              )}
              {account.identifiers.map(({ id, kind, value }) => (
                <Fragment key={id}>
                  <dt>{say(kind === 'phone' ? 'home.number' : 'home.thirdParty')}</dt>
                  <dd>{kind === 'phone' ? value : say('home.linked')}</dd>
                </Fragment>
              ))}
              <dt>{say('home.since')}</dt>
              <dd>{onDay(account.createdAt, language)}</dd>
            </dl>
            <Menu minor={standing.minor !== null || standing.status === 'awaiting_guardian'} standing={standing} />
          </>
        )}
      </Shown>
      <button type="button" className="button" onClick={() => void signOut()}>
        {say('home.signOut')}
      </button>
    </>
  );
}

const DO: Readonly<Record<string, readonly [to: string, text: TextId]>> = {
  guardian_consent_required: ['/my-guardian', 'do.guardian'],
  guardian_consent_revoked: ['/my-guardian', 'do.guardian'],
  owner_freeze: ['/security', 'do.unfreeze'],
  suspension: ['/decisions', 'do.decisions'],
  closure: ['/decisions', 'do.decisions'],
  deregistration: ['/deregistration', 'do.leaving'],
  agreement_pending: ['/agreements', 'do.agreements'],
  own_acceptance_pending: ['/agreements', 'do.agreements'],
  rectification_due: ['/decisions', 'do.rectify'],
  rectification_overdue: ['/decisions', 'do.rectify'],
  information_disputed: ['/information', 'do.information'],
};

function WayOn({ code }: { readonly code: string }): ReactNode {
  const { say } = useSay();
  const way = DO[code];
  return (
    way && (
      <Link className="button" to={way[0]}>
        {say(way[1])}
      </Link>
    )
  );
}

/** Quiet hours are hours of Beijing, and most of them go past midnight. */
function isWithin(at: string, { from, to }: { readonly from: string; readonly to: string }): boolean {
  const clock = { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const now = new Intl.DateTimeFormat('en-GB', clock).format(Date.parse(at));
  return from <= to ? from <= now && now < to : from <= now || now < to;
}

function StandingCard({ standing }: { readonly standing: Standing }): ReactNode {
  const { say, language } = useSay();
  const until = (time: string | null): string =>
    time === null ? say('standing.open') : say('standing.ends', { time: moment(time, language) });
  const { blocks, restrictedFeatures, minor } = standing;
  // What blocks already says what to do; said twice it looks like two things to do.
  const resting = standing.mayUse && minor?.quietHours !== undefined && isWithin(standing.asOf, minor.quietHours);
  const pending = standing.pending.filter((each) => !blocks.some((block) => block.code === each.code));
  return (
    <section className={`card ${standing.mayUse ? 'good' : 'warn'}`} aria-label={say('standing.title')}>
      <p className="status">
        {say(
          !standing.mayUse
            ? 'standing.mayNot'
            : resting
              ? 'standing.resting'
              : restrictedFeatures.length > 0
                ? 'standing.mayPartly'
                : 'standing.mayUse',
        )}
      </p>
      {blocks.map((block) => (
        <div key={`${block.code} ${block.since}`}>
          <p>
            {wordFor(say, `block.${block.code}`, 'block.other')}
            {(block.until !== null || block.sanctionId !== undefined) && (
              <span className="line">{until(block.until)}</span>
            )}
          </p>
          <WayOn code={block.code} />
          <ClauseText clause={block.clause} />
        </div>
      ))}
      {restrictedFeatures.length > 0 && (
        <>
          <h2>{say('standing.features')}</h2>
          <ul>
            {restrictedFeatures.map((each) => (
              <li key={each.feature}>
                {say('common.labelled', {
                  label: wordFor(say, `feature.${each.feature}`, 'feature.other'),
                  value: until(each.until),
                })}
                <ClauseText clause={each.clause} />
              </li>
            ))}
          </ul>
          <WayOn code="suspension" />
        </>
      )}
      {pending.length > 0 && (
        <>
          <h2>{say('standing.pending')}</h2>
          {pending.map((each) => (
            <div key={`${each.code} ${each.documentId ?? each.sanctionId ?? ''}`}>
              <p>
                {wordFor(say, `pending.${each.code}`, 'pending.other')}
                {each.dueAt !== null && (
                  <span className="line">{say('standing.due', { time: moment(each.dueAt, language) })}</span>
                )}
              </p>
              <WayOn code={each.code} />
            </div>
          ))}
        </>
      )}
      {standing.mayUse && minor && (minor.minutesPerDay !== undefined || minor.quietHours) && (
        <>
          <h2>{say('standing.limits')}</h2>
          {minor.minutesPerDay !== undefined && <p>{say('standing.minutes', { minutes: minor.minutesPerDay })}</p>}
          {minor.quietHours && <p>{say('standing.quiet', { ...minor.quietHours })}</p>}
        </>
      )}
    </section>
  );
}

function Menu({ minor, standing }: { readonly minor: boolean; readonly standing: Standing }): ReactNode {
  const { say } = useSay();
  const leaving = standing.status === 'deregistering';
  const items = [
    ['/agreements', 'nav.agreements', 'nav.agreementsHint'],
    ['/decisions', 'nav.decisions', 'nav.decisionsHint'],
    ['/security', 'nav.security', 'nav.securityHint'],
    ...(minor ? ([['/my-guardian', 'nav.guardian', 'nav.guardianHint']] as const) : []),
    leaving ? ['/deregistration', 'track.title', 'do.leaving'] : ['/leave', 'nav.leave', 'nav.leaveHint'],
  ] as const satisfies readonly (readonly [string, TextId, TextId])[];
  return (
    <nav className="card">
      <ul className="menu">
        {items.map(([to, name, hint]) => (
          <li key={to}>
            <Link to={to}>
              {say(name)}
              <span>{say(hint)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

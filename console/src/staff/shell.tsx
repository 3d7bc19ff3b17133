import { Button } from 'antd';
import { lazy, Suspense, useCallback, useState, type ReactNode } from 'react';
import { Link, NavLink, Outlet, useNavigate, useRouteError } from 'react-router';
import { LANGUAGES, speak } from '../i18n/language.ts';
import { useShortcuts } from '../ui/shortcuts.tsx';
import { THEMES } from '../ui/theme.ts';
import { catalogs } from './catalogs.ts';
import { useLook } from './look.tsx';
import { hasRole, type Session, SessionProvider, signOut, type StaffRole, useSession } from './session.tsx';
import { type TextId, useSay } from './use-say.ts';

// Loaded when first asked for: the shell stays small.
const GoTo = lazy(async () => ({ default: (await import('./go-to.tsx')).GoTo }));
const ShortcutHelp = lazy(async () => ({ default: (await import('./shortcut-help.tsx')).ShortcutHelp }));
const HeldBar = lazy(async () => ({ default: (await import('./held/held-bar.tsx')).HeldBar }));

interface Place {
  readonly to: string;
  readonly label: TextId;
  readonly roles: readonly StaffRole[];
}

/** Where each role works. The service refuses what is not theirs anyway; a door that will not open is not shown. */
const PLACES: readonly Place[] = [
  { to: '/', label: 'nav.queue', roles: ['moderator', 'senior_moderator', 'legal', 'admin', 'ops', 'auditor'] },
  {
    to: '/deregistrations',
    label: 'nav.deregistrations',
    roles: ['moderator', 'senior_moderator', 'legal', 'ops', 'auditor'],
  },
  { to: '/retention', label: 'nav.retention', roles: ['ops', 'auditor', 'legal', 'admin'] },
  { to: '/holds', label: 'nav.holds', roles: ['legal', 'auditor', 'ops', 'senior_moderator'] },
  { to: '/webhooks', label: 'nav.webhooks', roles: ['ops', 'admin', 'auditor'] },
  { to: '/audit', label: 'nav.audit', roles: ['auditor'] },
  { to: '/lead', label: 'nav.lead', roles: ['senior_moderator', 'admin', 'auditor', 'legal'] },
];

export const placesOf = (session: Session): readonly Place[] =>
  PLACES.filter(({ roles }) => hasRole(session, ...roles));

export function Shell(): ReactNode {
  return (
    <SessionProvider>
      <Frame />
    </SessionProvider>
  );
}

function Frame(): ReactNode {
  const { say } = useSay();
  const session = useSession();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'help' | 'go-to' | null>(null);
  const close = useCallback(() => setOpen(null), []);
  useShortcuts([
    { keys: '(\\?|？)', label: say('keys.help'), run: () => setOpen('help') },
    { keys: '$mod+k', label: say('keys.goTo'), run: () => setOpen('go-to'), inFields: true },
    { keys: 'g', label: say('keys.queue'), run: () => void navigate('/') },
  ]);
  return (
    <div className="frame">
      <a className="skip" href="#main">
        {say('app.skip')}
      </a>
      <header className="bar">
        <Link to="/" className="brand">
          {say('app.title')}
        </Link>
        <nav aria-label={say('app.nav')}>
          {placesOf(session).map(({ to, label }) => (
            <NavLink key={to} to={to} end={to === '/'}>
              {say(label)}
            </NavLink>
          ))}
        </nav>
        <div className="bar-tools">
          <Button type="text" onClick={() => setOpen('go-to')}>
            {say('goTo.title')} <kbd>Ctrl K</kbd>
          </Button>
          <Button type="text" onClick={() => setOpen('help')} aria-label={say('keys.help')}>
            <kbd>?</kbd>
          </Button>
          <Preferences session={session} />
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
      <Suspense>
        {open === 'help' && <ShortcutHelp onClose={close} />}
        {open === 'go-to' && <GoTo onClose={close} />}
        <HeldBar />
      </Suspense>
    </div>
  );
}

function Preferences({ session }: { readonly session: Session }): ReactNode {
  const { say, language } = useSay();
  const { theme, choose } = useLook();
  return (
    <details className="preferences">
      <summary>{session.id}</summary>
      <div>
        <p className="muted">{session.roles.map((role) => say(`role.${role}` as TextId)).join(' · ')}</p>
        <label>
          {say('preferences.language')}
          <select value={language} onChange={(event) => void speak(event.target.value as typeof language, catalogs)}>
            {LANGUAGES.map((each) => (
              <option key={each} value={each} lang={each}>
                {each === 'en' ? 'English' : '简体中文'}
              </option>
            ))}
          </select>
        </label>
        <label>
          {say('preferences.theme')}
          <select value={theme} onChange={(event) => choose(event.target.value as typeof theme)}>
            {THEMES.map((each) => (
              <option key={each} value={each}>
                {say(`theme.${each}`)}
              </option>
            ))}
          </select>
        </label>
        <Button block onClick={() => void signOut()}>
          {say('session.signOut')}
        </Button>
      </div>
    </details>
  );
}

export function NotFoundPage(): ReactNode {
  const { say } = useSay();
  return (
    <section className="page">
      <h1>{say('notFound.title')}</h1>
      <p>
        <Link to="/">{say('nav.queue')}</Link>
      </p>
    </section>
  );
}

/** A page that broke takes nothing else with it; drafts are on this device. */
export function RouteErrorPage(): ReactNode {
  const { say } = useSay();
  const error = useRouteError();
  return (
    <section className="page" role="alert">
      <h1>{say('problem.page')}</h1>
      <p className="muted">{error instanceof Error ? error.message : ''}</p>
      <Button onClick={() => location.reload()}>{say('common.retry')}</Button>
    </section>
  );
}

import { Button } from 'antd';
import { lazy, Suspense, useCallback, useState, type ReactNode } from 'react';
import { Link, Outlet, useNavigate, useRouteError } from 'react-router';
import { LANGUAGES, speak } from '../i18n/language.ts';
import { useShortcuts } from '../ui/shortcuts.tsx';
import { THEMES } from '../ui/theme.ts';
import { catalogs } from './catalogs.ts';
import { useLook } from './look.tsx';
import { Navigation } from './navigation.tsx';
import { type Session, SessionProvider, signOut, useSession } from './session.tsx';
import { type TextId, useSay } from './use-say.ts';

// Loaded when first asked for: the shell stays small.
const GoTo = lazy(async () => ({ default: (await import('./go-to.tsx')).GoTo }));
const ShortcutHelp = lazy(async () => ({ default: (await import('./shortcut-help.tsx')).ShortcutHelp }));
const HeldBar = lazy(async () => ({ default: (await import('./held/held-bar.tsx')).HeldBar }));

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
        <Navigation session={session} />
        <div className="bar-tools">
          <Button type="text" onClick={() => setOpen('go-to')}>
            {say('goTo.title')} <kbd className="only-wide">Ctrl K</kbd>
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

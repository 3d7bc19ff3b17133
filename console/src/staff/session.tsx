import { focusManager, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { createContext, use, useEffect, useState, type ReactNode } from 'react';
import { ask, type Schemas } from '../api/client.ts';
import { isProblem } from '../api/problem.ts';
import { Dialog } from '../ui/dialog.tsx';
import { heardTime } from '../ui/server-clock.ts';
import { alarm } from '../ui/live-region.tsx';
import { wipeDrafts } from '../ui/drafts.ts';
import { api, onSessionEnd } from './api.ts';
import { useSay } from './use-say.ts';

export type Session = Schemas['ConsoleSessionDto'];
export type StaffRole = 'moderator' | 'senior_moderator' | 'legal' | 'ops' | 'auditor' | 'admin';

const Context = createContext<Session | null>(null);

/** Who is signed in; pages exist only for somebody who is. */
export function useSession(): Session {
  const session = use(Context);
  if (!session) throw new Error('no session');
  return session;
}

export const hasRole = (session: Session, ...roles: readonly StaffRole[]): boolean =>
  roles.some((role) => session.roles.includes(role));

const CHANNEL = 'staff-session';
const HERE = '/console/signed-in';

export const signInAddress = (returnTo: string): string => `/console/sign-in?returnTo=${encodeURIComponent(returnTo)}`;

/** Asked for while the words and the page are still on their way: nobody waits for one after the other. */
export const sessionQuery = {
  queryKey: ['session'],
  queryFn: async (): Promise<Session> => {
    const session = await ask(api.GET('/console/session'));
    // Deadlines are counted in the time of the service, whatever the clock of this device says.
    heardTime(session.asOf);
    return session;
  },
  staleTime: Infinity,
  retry: false,
};

const FAILURES = {
  refused: 'session.refused',
  expired: 'session.expired',
  failed: 'session.failed',
  unavailable: 'session.unavailable',
} as const;

/** What the service says of a sign-in that failed, and where to go after the next one: here, without those words. */
function cameBack(): { failure: (typeof FAILURES)[keyof typeof FAILURES] | undefined; returnTo: string } {
  const search = new URLSearchParams(location.search);
  const why = search.get('signIn') ?? '';
  search.delete('signIn');
  const rest = search.size > 0 ? `?${search.toString()}` : '';
  return {
    failure: Object.hasOwn(FAILURES, why) ? FAILURES[why as keyof typeof FAILURES] : undefined,
    returnTo: location.pathname + rest,
  };
}

/** Asks who is signed in; offers to sign in; when a session ends midway, keeps the page as it is and asks again over it. */
export function SessionProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const { say } = useSay();
  const query = useQuery(sessionQuery);
  if (query.data)
    return (
      <Context value={query.data}>
        {children}
        <SignInAgain user={query.data.id} />
      </Context>
    );
  if (query.isPending) return <p className="centred muted">{say('common.loading')}</p>;
  const away = isProblem(query.error, 'unreachable');
  const { failure, returnTo } = cameBack();
  return (
    <main className="centred">
      <h1>{say('app.title')}</h1>
      {failure && !away && <p role="alert">{say(failure)}</p>}
      <p className="muted">{away ? say('problem.unreachable') : say('session.needed')}</p>
      {away ? (
        <Button onClick={() => void query.refetch()}>{say('common.retry')}</Button>
      ) : (
        <Button
          type="primary"
          size="large"
          href={signInAddress(returnTo) + (failure === FAILURES.refused ? '&other=1' : '')}
        >
          {say('session.signIn')}
        </Button>
      )}
    </main>
  );
}

/** The page below stays, with every word in it; signing in happens in a window beside it. */
function SignInAgain({ user }: { readonly user: string }): ReactNode {
  const { say } = useSay();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  useEffect(
    () =>
      onSessionEnd(() => {
        setOpen(true);
        // As for a page that nobody sees: what asks again and again rests until somebody is signed in.
        focusManager.setFocused(false);
        alarm(say('session.ended'));
      }),
    [say],
  );
  useEffect(() => {
    const channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = () => {
      void ask(api.GET('/console/session')).then((session) => {
        // Somebody else's words are not shown to whoever came now.
        if (session.id !== user) return location.assign('/console/');
        setOpen(false);
        focusManager.setFocused(undefined);
        void client.invalidateQueries();
        return undefined;
      });
    };
    return () => channel.close();
  }, [client, user]);
  if (!open) return null;
  return (
    <Dialog
      title={say('session.ended')}
      onClose={undefined}
      actions={
        <Button type="primary" onClick={() => window.open(signInAddress(HERE), 'sign-in', 'width=520,height=680')}>
          {say('session.signInAgain')}
        </Button>
      }
    >
      <p>{say('session.kept')}</p>
    </Dialog>
  );
}

/** Where the sign-in window comes back to: tells the waiting page and closes. */
export function SignedInPage(): ReactNode {
  const { say } = useSay();
  useEffect(() => {
    new BroadcastChannel(CHANNEL).postMessage('signed-in');
    window.close();
  }, []);
  return <p className="centred">{say('session.backToPage')}</p>;
}

export async function signOut(): Promise<void> {
  wipeDrafts();
  await api.POST('/console/sign-out').catch(() => undefined);
  location.assign('/console/');
}

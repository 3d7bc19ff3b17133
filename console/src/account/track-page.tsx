import { type ReactNode, useEffect, useState } from 'react';
import { Link, useParams } from 'react-router';
import { ask, type Schemas } from '../api/client.ts';
import { isProblem } from '../api/problem.ts';
import { SendButton } from '../people/form.tsx';
import { ErrorSummary, Heading } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { heardTime } from '../ui/server-clock.ts';
import { Agreed, Automatic, OwnLink, ReferenceAndDates, StandingBans } from './application-cards.tsx';
import { headersOf, rememberedToken, useToken } from './application-link.ts';
import { endedEarly, isUnderWay, Progress } from './application-progress.tsx';
import { DataDownload } from './data-download.tsx';
import { StillKept } from './kept.tsx';
import { Home, Shown } from './parts.tsx';
import { api, mine, useSignedIn } from './session.ts';
import { useSay } from './texts.ts';
import { useLoad } from './use-load.ts';

type Status = Schemas['StatusDto'];

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
        {(status) => <Tracked status={status} token={token ?? rememberedToken(status.id)} reload={loaded.reload} />}
      </Shown>
      {signedIn && <Home />}
    </>
  );
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
  const { say } = useSay();
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
  // It goes on by itself: who keeps the page open sees it move.
  const moves = isUnderWay(status);
  useEffect(() => {
    if (!moves) return undefined;
    const timer = setInterval(reload, 60_000);
    return () => clearInterval(timer);
  }, [moves, reload]);
  return (
    <>
      <ErrorSummary form={form} />
      <Progress status={status} withdrawn={withdrawn} />
      <Automatic status={status} />
      <Agreed status={status} />
      {status.withdrawable && (token !== undefined || signedIn) && (
        <section className="card">
          <p>{say('track.withdrawHint')}</p>
          <SendButton form={form} className="button" send={withdraw}>
            {say('track.withdraw')}
          </SendButton>
        </section>
      )}
      {endedEarly(status) && (
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
      <ReferenceAndDates status={status} />
      {token !== undefined && <OwnLink id={id} token={token} />}
      {status.withdrawable && signedIn && <DataDownload />}
    </>
  );
}

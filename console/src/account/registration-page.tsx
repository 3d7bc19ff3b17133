import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { ask } from '../api/client.ts';
import { CopyButton, Heading } from '../people/parts.tsx';
import { Home, Shown } from './parts.tsx';
import { RegistrationEnded } from './registration-ended.tsx';
import { api } from './session.ts';
import { useSay } from './texts.ts';
import { useLoad } from './use-load.ts';

const HELD: readonly string[] = ['in_review', 'verified'];
const OPENED: readonly string[] = ['completed', 'awaiting_guardian'];

/** A registration that a person looks at (2.3(3)): how it stands, for whoever holds its reference; there may be no number to tell. */
export function RegistrationPage(): ReactNode {
  const { say } = useSay();
  const { id = '' } = useParams();
  const loaded = useLoad(() => ask(api.GET('/v1/registrations/{id}', { params: { path: { id } } })), id);
  return (
    <Shown loaded={loaded}>
      {(registration) => {
        const { status } = registration;
        if (status === 'refused') return <RegistrationEnded answer={registration} />;
        if (HELD.includes(status))
          return (
            <>
              <Heading key="held">{say('register.held')}</Heading>
              <p>{say('register.heldText')}</p>
              <section className="card">
                <dl className="facts">
                  <dt>{say('track.reference')}</dt>
                  <dd className="mono">{id}</dd>
                </dl>
                <p>{say('register.heldLink')}</p>
                <div className="row">
                  <CopyButton text={location.href} label={say('track.copy')} />
                  <button type="button" className="button" onClick={loaded.reload}>
                    {say('register.look')}
                  </button>
                </div>
              </section>
              <Home />
            </>
          );
        return (
          <>
            <Heading key={status}>{say(OPENED.includes(status) ? 'register.accepted' : 'register.over')}</Heading>
            <p>{say(OPENED.includes(status) ? 'register.acceptedText' : 'register.overText')}</p>
            <p className="row">
              {OPENED.includes(status) ? (
                <Link className="button" to="/sign-in">
                  {say('signIn.title')}
                </Link>
              ) : (
                <Link className="button" to="/register">
                  {say('register.title')}
                </Link>
              )}
            </p>
            <Home />
          </>
        );
      }}
    </Shown>
  );
}

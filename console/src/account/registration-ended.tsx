import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { Heading } from '../people/parts.tsx';
import { BanObjection } from './ban-objection.tsx';
import { Home } from './parts.tsx';
import { useSay } from './texts.ts';

/** Refused: why, under which clause, and what can be done. */
export function RegistrationEnded({
  answer: { id, refusal },
}: {
  readonly answer: Pick<Schemas['RegistrationAnswer'], 'id' | 'refusal'>;
}): ReactNode {
  const { say } = useSay();
  return (
    <>
      <Heading>{say('register.refused')}</Heading>
      {refusal && <p>{refusal.redress}</p>}
      {refusal && refusal.clauses.length > 0 && (
        <p className="muted">{say('register.clauses', { clauses: refusal.clauses.join(', ') })}</p>
      )}
      {refusal?.code === 'account_exists' && (
        <p className="row">
          <Link className="button" to="/sign-in">
            {say('signIn.title')}
          </Link>
          <Link className="button" to="/recover">
            {say('recover.title')}
          </Link>
        </p>
      )}
      {refusal?.code === 'identifier_barred' && <BanObjection registrationId={id} />}
      <Home />
    </>
  );
}

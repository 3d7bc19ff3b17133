import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { Heading } from '../people/parts.tsx';
import { Home } from './parts.tsx';
import { useSay } from './texts.ts';

/** Refused: why, under which clause, and what can be done. */
export function RegistrationEnded({
  answer: { refusal },
}: {
  readonly answer: Pick<Schemas['ProvenAnswer'], 'refusal'>;
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
        </p>
      )}
      <Home />
    </>
  );
}

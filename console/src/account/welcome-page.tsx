import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Choices, Heading } from '../people/parts.tsx';
import { useSay } from './texts.ts';

export function WelcomePage(): ReactNode {
  const { say } = useSay();
  return (
    <>
      <Heading>{say('welcome.title')}</Heading>
      <p>{say('welcome.lead')}</p>
      <Choices>
        <Link to="/sign-in">{say('welcome.signIn')}</Link>
        <Link to="/register">{say('welcome.register')}</Link>
      </Choices>
      <ul className="menu card">
        <li>
          <Link to="/leave">
            {say('nav.leave')}
            <span>{say('nav.leaveHint')}</span>
          </Link>
        </li>
        <li>
          <Link to="/recover">{say('welcome.recover')}</Link>
        </li>
      </ul>
    </>
  );
}

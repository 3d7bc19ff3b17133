import { type ReactNode, useState } from 'react';
import { Link, useLocation, useSearchParams } from 'react-router';
import { ask, type Schemas } from '../api/client.ts';
import { SendButton } from '../people/form.tsx';
import { Choices, ErrorSummary, Heading } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { Home } from './parts.tsx';
import { api } from './session.ts';
import { useSay } from './texts.ts';

/**
 * From the notice to an old number (2.4): somebody wants to bind another one. Opening the link changes nothing, since
 * messengers open links by themselves; stopping it takes a press, and no sign-in.
 */
export function ObjectionPage(): ReactNode {
  const { say } = useSay();
  const { hash } = useLocation();
  // The notice says in the open what it is about; the token, which it does not, decides.
  const ofGuardian = useSearchParams()[0].get('about') === 'guardian';
  const form = useForm({});
  const [stopped, setStopped] = useState<Schemas['ChangeDto']>();
  const [left, setLeft] = useState(false);
  const send = async (): Promise<void> =>
    setStopped(await ask(api.POST('/v1/identifier-change-objections', { body: { token: hash.slice(1) } })));
  if (stopped)
    return (
      <>
        <Heading key="done">{say('objection.done')}</Heading>
        <p>
          {say(
            ofGuardian
              ? 'objection.doneGuardian'
              : stopped.origin === 'owner'
                ? 'objection.doneFrozen'
                : 'objection.doneText',
          )}
        </p>
        <p className="row">
          <Link className="button" to="/sign-in">
            {say('signIn.title')}
          </Link>
          <Link className="button" to="/recover">
            {say('welcome.recover')}
          </Link>
        </p>
      </>
    );
  if (left)
    return (
      <>
        <Heading key="left">{say('objection.left')}</Heading>
        <p>{say('objection.leftText')}</p>
        <Home />
      </>
    );
  return (
    <>
      <Heading key="ask">{say(ofGuardian ? 'objection.guardianTitle' : 'objection.title')}</Heading>
      <ErrorSummary form={form} />
      <p>{say(ofGuardian ? 'objection.guardianLead' : 'objection.lead')}</p>
      <Choices>
        <SendButton form={form} send={send}>
          {say('objection.do')}
        </SendButton>
        <button type="button" disabled={form.busy} onClick={() => setLeft(true)}>
          {say('objection.wasMe')}
        </button>
      </Choices>
      <p className="muted">{say('objection.free')}</p>
    </>
  );
}

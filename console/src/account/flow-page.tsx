import { type ReactNode, useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import { faultsOf, wordsOf } from '../people/faults.ts';
import { moment } from '../people/moment.ts';
import { Heading } from '../people/parts.tsx';
import { announce } from '../ui/live-region.tsx';
import { useChallenge } from './challenge.tsx';
import { Home } from './parts.tsx';
import { begin } from './session.ts';
import { type Back, exchange, keepInHand, type Waiting, waitingFor } from './third-party.ts';
import { useSay } from './texts.ts';

type Finished = Schemas['FlowFinishedAnswer'];

/** Back from a provider (2.2): what was begun is finished here, or it is said why not and what can be done instead. */
export function FlowPage({ back }: { readonly back: Back }): ReactNode {
  const { say } = useSay();
  const navigate = useNavigate();
  const [waiting] = useState(() => waitingFor(back.flow));
  const [problem, setProblem] = useState<Problem>();
  const challenge = useChallenge();
  useEffect(() => {
    // Neither the code nor the reason stays in the address: it works once, and a bookmark of it would say so.
    history.replaceState(history.state, '', '/account');
    const { flow, code, error } = back;
    if (error !== undefined) return setProblem(new Problem({ status: 400, code: `provider_${error}`, title: error }));
    if (flow === undefined || code === undefined || waiting === undefined) return;
    exchange({ flow, code, waiting, solve: challenge.solve }).then(
      (answer) => {
        if (answer.tokens) begin(answer.tokens);
        if (answer.status === 'stepped_up' && answer.stepUp) keepInHand(answer.stepUp.purpose, answer.stepUp.code);
        const { link } = answer;
        if (link) announce(say('links.linked', { title: waiting.title }));
        void navigate(whereTo(answer, waiting), {
          replace: true,
          ...(link ? { state: { linked: waiting.title, signInFrom: link.signInFrom } } : {}),
        });
      },
      (error_: unknown) =>
        setProblem(error_ instanceof Problem ? error_ : new Problem({ status: 0, code: 'unexpected', title: '' })),
    );
  }, []);
  if (problem) return <Stopped problem={problem} waiting={waiting} />;
  if (waiting === undefined || back.flow === undefined) return <Stopped problem={undefined} waiting={undefined} />;
  return (
    <>
      <Heading>{say('flow.title', { title: waiting.title })}</Heading>
      <p className="muted">{say('common.working')}</p>
      {challenge.dialog}
    </>
  );
}

function whereTo({ status, registrationId }: Finished, { back }: Waiting): string {
  switch (status) {
    case 'in_review':
    case 'refused':
      return `/registrations/${registrationId ?? ''}`;
    case 'awaiting_guardian':
      return '/my-guardian';
    default:
      return back;
  }
}

/** Why it did not work, in words, and every way on: none of them is a dead end. */
function Stopped({
  problem,
  waiting,
}: {
  readonly problem: Problem | undefined;
  readonly waiting: Waiting | undefined;
}): ReactNode {
  const { say, language } = useSay();
  const from = problem?.document['signInFrom'];
  const unlinked = problem?.code === 'account_not_linked';
  return (
    <>
      <Heading>{say(unlinked ? 'flow.notLinked' : 'flow.stopped')}</Heading>
      <div className="card warn" role="alert">
        <p>{problem === undefined ? say('flow.elsewhere') : wordsOf(faultsOf(problem)[0] ?? { code: 'unexpected' })}</p>
        {typeof from === 'string' && <p>{say('flow.signInFrom', { time: moment(from, language) })}</p>}
      </div>
      <p className="row">
        {unlinked ? (
          <>
            <Link className="button" to={`/register?with=${encodeURIComponent(waiting?.provider ?? '')}`}>
              {say('flow.register', { title: waiting?.title ?? '' })}
            </Link>
            <Link className="button" to="/sign-in?then=/security/links">
              {say('flow.signInToLink')}
            </Link>
          </>
        ) : (
          waiting && (
            <Link
              className="button"
              to={
                waiting.purpose === 'register' ? '/register' : waiting.purpose === 'sign_in' ? '/sign-in' : waiting.back
              }
            >
              {say('flow.again')}
            </Link>
          )
        )}
      </p>
      <Home />
    </>
  );
}

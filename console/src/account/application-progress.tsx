import type { ReactNode } from 'react';
import type { Schemas } from '../api/client.ts';
import type { Language } from '../i18n/language.ts';
import { moment } from '../people/moment.ts';
import { Told } from '../people/parts.tsx';
import { useNow } from '../ui/server-clock.ts';
import { inWords, legalDay } from './parts.tsx';
import { useSay, type Words } from './texts.ts';

type Status = Schemas['StatusDto'];

const STEPS = ['requested', 'cooling_off', 'in_review', 'executing', 'completed'] as const;
type Step = (typeof STEPS)[number];
/** The step that is now, by its place in STEPS; -1 where the application ended without one. */
const STEP_OF: Readonly<Record<Status['state'], number>> = {
  requested: 0,
  cooling_off: 1,
  in_review: 2,
  approved: 3,
  executing: 3,
  partially_executed: 3,
  completed: 5,
  withdrawn: -1,
  rejected: -1,
};

/** When it happens and what it means, step by step: nobody has to guess what is next (C24). */
function hintOf(step: Step, status: Status, passed: boolean, say: Words, language: Language): string {
  switch (step) {
    case 'requested':
      return moment(status.requestedAt, language);
    case 'cooling_off':
      return passed ? '' : say('stepHint.cooling_off', { time: moment(status.coolingOffEndsAt, language) });
    case 'in_review':
      return passed ? '' : say('stepHint.in_review');
    case 'executing':
      if (passed) return '';
      return status.executableFrom === null || status.executionStartedAt !== null
        ? say('stepHint.executing')
        : say('stepHint.executingFrom', { time: moment(status.executableFrom, language) });
    case 'completed':
      return status.completedAt === null
        ? say('stepHint.completed', { day: legalDay(status.dueDay, language) })
        : moment(status.completedAt, language);
  }
}

/** It was withdrawn or refused: no step is next. */
export const endedEarly = ({ state }: Status): boolean => STEP_OF[state] < 0;

/** It goes on by itself, without the person. */
export const isUnderWay = (status: Status): boolean => !endedEarly(status) && status.completedAt === null;

/** How the application stands, the steps behind and before it, and why it was refused if it was (C24). */
export function Progress({ status, withdrawn }: { readonly status: Status; readonly withdrawn: boolean }): ReactNode {
  const { say, language } = useSay();
  return (
    <section className="card">
      <Told className="status">{say(withdrawn ? 'track.withdrawn' : `state.${status.state}`)}</Told>
      {status.state === 'cooling_off' && <Countdown until={status.coolingOffEndsAt} />}
      {!endedEarly(status) && <Steps status={status} />}
      {status.unfinished.length > 0 && <p>{say('track.unfinished')}</p>}
      {status.reason && (
        <>
          <h2>{say('track.reason')}</h2>
          <p>{inWords(status.reason, language)}</p>
        </>
      )}
      {status.nextStep && (
        <>
          <h2>{say('track.next')}</h2>
          <p>{inWords(status.nextStep, language)}</p>
        </>
      )}
    </section>
  );
}

function Steps({ status }: { readonly status: Status }): ReactNode {
  const { say, language } = useSay();
  const now = STEP_OF[status.state];
  return (
    <ol className="steps">
      {STEPS.map((step, i) => (
        <li
          key={step}
          data-state={i < now ? 'done' : i === now ? 'now' : 'next'}
          {...(i === now ? { 'aria-current': 'step' } : {})}
        >
          <div>
            {say(`step.${step}`)}
            <span>{hintOf(step, status, i < now, say, language)}</span>
          </div>
        </li>
      ))}
    </ol>
  );
}

function Countdown({ until }: { readonly until: string }): ReactNode {
  const { say } = useSay();
  const left = Math.max(0, Date.parse(until) - useNow(30_000));
  const minutes = Math.floor(left / 60_000);
  const hours = Math.floor(minutes / 60);
  const words =
    hours >= 24
      ? say('track.days', { days: Math.floor(hours / 24), hours: hours % 24 })
      : say('track.hours', { hours, minutes: minutes % 60 });
  return (
    <p>
      <span className="muted">{say('track.left')}</span>
      <br />
      <span className="big">{words}</span>
    </p>
  );
}

import type { ReactNode } from 'react';
import type { Applied, Page } from './api.ts';
import { Heading } from '../people/parts.tsx';
import { Closing } from './closing.tsx';
import { limitsIn } from './limits-words.ts';
import type { Outcome, Step } from './steps.ts';
import { type TextId, useSay } from './texts.ts';

const MENU = [
  { action: 'limit', each: 'limits' },
  // Whoever may limit is the guardian, and stays it at another number.
  { action: 'limit', each: 'number' },
  { action: 'revoke', each: 'revoke' },
  { action: 'deregister', each: 'deregister' },
] as const;

/** What was decided, in words; and everything that the guardian may still do: what was taken back can also be closed. */
export function Standing({
  page,
  outcome,
  applied,
  go,
}: {
  readonly page: Page;
  readonly outcome: Outcome | undefined;
  readonly applied: Applied | undefined;
  readonly go: (step: Step) => void;
}): ReactNode {
  const { say } = useSay();
  const [title, text] = wordsFor(page, outcome);
  const doors = MENU.filter(({ action }) => page.actions.includes(action));
  return (
    <>
      <Heading>{say(title)}</Heading>
      {text && <p>{say(text)}</p>}
      {page.leaving !== null && (
        <Closing
          leaving={page.leaving}
          applied={applied}
          withdraw={page.actions.includes('withdraw') ? () => go('withdraw') : undefined}
        />
      )}
      {page.actions.includes('accept_agreements') && (
        <section className="card warn">
          <h2>{say('accept.title')}</h2>
          <button type="button" className="button main" onClick={() => go('accept')}>
            {say('manage.accept')}
          </button>
        </section>
      )}
      {page.actions.includes('limit') && (
        <dl className="facts card">
          <dt>{say('ask.who')}</dt>
          <dd>{say('ask.whoValue', { phone: page.wardPhone, band: say(`band.${page.band}` as TextId) })}</dd>
          <dt>{say('manage.now')}</dt>
          <dd>{limitsIn(say, page.effectiveLimits)}</dd>
        </dl>
      )}
      {doors.length > 0 && (
        <>
          <h2>{say('manage.title')}</h2>
          <ul className="menu card">
            {doors.map(({ each }) => (
              <li key={each}>
                <button
                  type="button"
                  aria-label={say(`manage.${each}`)}
                  aria-describedby={`${each}-hint`}
                  onClick={() => go(each)}
                >
                  {say(`manage.${each}`)}
                  <span id={`${each}-hint`}>{say(`manage.${each}Hint`)}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function wordsFor(page: Page, outcome: Outcome | undefined): [TextId, TextId?] {
  if (outcome === 'limits' || outcome === 'accepted') return [`done.${outcome}`];
  if (outcome !== undefined) return [`done.${outcome}`, `done.${outcome}Text`];
  switch (page.state) {
    case 'granted':
    case 'refused':
    case 'revoked':
    case 'lapsed':
    case 'withdrawn':
      return [`done.${page.state}`, `done.${page.state}Text`];
    default:
      if (page.leaving !== null) return ['done.deregistration', 'done.deregistrationText'];
      return ['done.expired', 'done.expiredText'];
  }
}

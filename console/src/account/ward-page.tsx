import { type ReactNode, useEffect, useState } from 'react';
import { isProblem } from '../api/problem.ts';
import { moment } from '../people/moment.ts';
import { missing } from '../people/faults.ts';
import { CheckedForm, SendButton } from '../people/form.tsx';
import { useOnceKey } from '../people/once-key.ts';
import { ErrorSummary, Heading, Told } from '../people/parts.tsx';
import type { Relationship } from '../people/relationships.ts';
import { useForm } from '../people/use-form.ts';
import { GuardianFields } from './guardian-fields.tsx';
import { Home, Shown } from './parts.tsx';
import { api, mine } from './session.ts';
import { useSay } from './texts.ts';
import { useLoad } from './use-load.ts';

const WAITING: readonly string[] = ['requested', 'contacted', 'verified'];

/** The child's own view of the request, in words for a child; a wrong number can be corrected (C25). */
export function WardPage(): ReactNode {
  const { say, language } = useSay();
  const loaded = useLoad(() => mine(() => api.GET('/v1/accounts/me/guardian-consent')));
  const none = isProblem(loaded.error, 'not_found') && loaded.value === undefined;
  const preparing = usePreparing(none, loaded.reload);
  useEvery(10_000, loaded.value !== undefined && WAITING.includes(loaded.value.state), loaded.reload);
  // Whom the child named cannot be the guardian (a child too, or somebody barred): nobody was written to.
  if (isProblem(loaded.error, 'guardian_not_asked') && loaded.value === undefined)
    return (
      <>
        <Heading key="nobody">{say('ward.title')}</Heading>
        <section className="card warn">
          <Told atOnce>{say('fault.guardian_not_asked')}</Told>
        </section>
        <section className="card">
          <NameAnother changed={loaded.reload} />
        </section>
        <Home />
      </>
    );
  if (none && preparing)
    return (
      <>
        <Heading key="soon">{say('ward.title')}</Heading>
        <Told className="card">{say('ward.preparing')}</Told>
        <Home />
      </>
    );
  if (none)
    return (
      <>
        <Heading key="none">{say('ward.title')}</Heading>
        <p>{say('ward.none')}</p>
        <Home />
      </>
    );
  return (
    <>
      <Heading key="some">{say('ward.title')}</Heading>
      <Shown loaded={loaded}>
        {(consent) => {
          const waiting = WAITING.includes(consent.state);
          return (
            <>
              <section className="card">
                <Told className="status">{say(`ward.${consent.state}`, { phone: consent.guardianPhone })}</Told>
                {waiting && (
                  <>
                    <p>
                      {say('common.labelled', {
                        label: say('ward.until'),
                        value: moment(consent.decideBefore, language),
                      })}
                    </p>
                    <p className="muted">{say('ward.wait')}</p>
                  </>
                )}
              </section>
              {waiting && consent.canSendLink && <SendAgain phone={consent.guardianPhone} />}
              {consent.canNameAnother &&
                (waiting ? (
                  <details className="card">
                    <summary>{say('ward.correct')}</summary>
                    <p>{say('ward.correctLead')}</p>
                    <NameAnother changed={loaded.reload} />
                  </details>
                ) : (
                  <section className="card">
                    <NameAnother changed={loaded.reload} />
                  </section>
                ))}
            </>
          );
        }}
      </Shown>
      <Home />
    </>
  );
}

/** A moment after registering, the request to the guardian is not written yet: it is waited for, not denied. */
function usePreparing(none: boolean, again: () => void): boolean {
  const account = useLoad(() => mine(() => api.GET('/v1/accounts/me')));
  const awaited = account.value === undefined || account.value.state === 'awaiting_guardian';
  useEvery(1_500, none && awaited, again);
  return awaited;
}

/** Asks again while something is awaited: the child does not have to know how to reload a page. */
function useEvery(ms: number, awaited: boolean, again: () => void): void {
  useEffect(() => {
    if (!awaited) return undefined;
    const timer = setInterval(again, ms);
    return () => clearInterval(timer);
  }, [ms, awaited, again]);
}

/** The message got lost, or was deleted: it goes once more to the same number. */
function SendAgain({ phone }: { readonly phone: string }): ReactNode {
  const { say } = useSay();
  const form = useForm({});
  const [sent, setSent] = useState(false);
  const send = async (): Promise<void> => {
    await mine(() => api.POST('/v1/accounts/me/guardian-consent/link'));
    setSent(true);
  };
  return (
    <section className="card">
      <ErrorSummary form={form} />
      {sent ? (
        <Told atOnce>{say('ward.sentAgain', { phone })}</Told>
      ) : (
        <SendButton form={form} className="button" send={send}>
          {say('ward.again')}
        </SendButton>
      )}
    </section>
  );
}

function NameAnother({ changed }: { readonly changed: () => void }): ReactNode {
  const { say } = useSay();
  const keyOf = useOnceKey();
  const form = useForm(
    { guardianPhone: '', relationship: 'mother' as Relationship },
    { '/phone': 'guardianPhone', phone_invalid: 'guardianPhone' },
  );
  const send = async (): Promise<void> => {
    const body = { phone: form.value.guardianPhone, relationship: form.value.relationship };
    const params = { header: { 'Idempotency-Key': keyOf(body) } };
    await mine(() => api.POST('/v1/accounts/me/guardian-consent', { params, body }));
    changed();
  };
  return (
    <CheckedForm form={form} send={send} check={[form.value.guardianPhone.trim() === '' && missing('guardianPhone')]}>
      <h2>{say('ward.another')}</h2>
      <ErrorSummary form={form} />
      <GuardianFields form={form} />
      <SendButton form={form} className="button main">
        {say('ward.send')}
      </SendButton>
    </CheckedForm>
  );
}

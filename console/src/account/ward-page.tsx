import { type ReactNode, useEffect } from 'react';
import { isProblem } from '../api/problem.ts';
import { moment } from '../people/moment.ts';
import { missing } from '../people/faults.ts';
import { useOnceKey } from '../people/once-key.ts';
import { ErrorSummary, Heading, Told } from '../people/parts.tsx';
import type { Relationship } from '../people/relationships.ts';
import { useForm } from '../people/use-form.ts';
import { GuardianFields } from './guardian-fields.tsx';
import { Home, Shown } from './parts.tsx';

import { api, mine } from './session.ts';
import { useSay } from './texts.ts';
import { useLoad } from './use-load.ts';

/** The child's own view of the request, in words for a child; a wrong number can be corrected (C25). */
export function WardPage(): ReactNode {
  const { say, language } = useSay();
  const loaded = useLoad(() => mine(() => api.GET('/v1/accounts/me/guardian-consent')));
  const none = isProblem(loaded.error, 'not_found') && loaded.value === undefined;
  const preparing = usePreparing(none, loaded.reload);
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
          const waiting = ['requested', 'contacted', 'verified'].includes(consent.state);
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
              {consent.canNameAnother && <NameAnother changed={loaded.reload} />}
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
  useEffect(() => {
    if (!none || !awaited) return undefined;
    const timer = setInterval(again, 1_500);
    return () => clearInterval(timer);
  }, [none, awaited, again]);
  return awaited;
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
    <form
      className="card"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit(send, [form.value.guardianPhone.trim() === '' && missing('guardianPhone')]);
      }}
    >
      <h2>{say('ward.another')}</h2>
      <ErrorSummary form={form} />
      <GuardianFields form={form} />
      <button type="submit" className="button main" disabled={form.busy}>
        {form.busy ? say('common.working') : say('ward.send')}
      </button>
    </form>
  );
}

import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { AgreementLink } from '../people/agreement.tsx';
import { SendButton } from '../people/form.tsx';
import { moment } from '../people/moment.ts';
import { useOnceKey } from '../people/once-key.ts';
import { Choices, ErrorSummary, Told } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { api, mine } from './session.ts';
import { useSay } from './texts.ts';

interface Props {
  readonly documents: readonly Schemas['AgreementDocumentDto'][];
  readonly standing: Schemas['StandingDto'];
  readonly accepted: () => void;
}

export const OWN_ACCEPTANCE = 'own_acceptance_pending';

/**
 * Who turns 14 or 18 answers for themselves what a guardian answered before (2.1, MIN-2): by when, what happens without
 * an answer, and two ways of one size. Not agreeing changes nothing before that day and leads to the way out.
 */
export function OwnAcceptance({ documents, standing, accepted }: Props): ReactNode {
  const { say, language } = useSay();
  const [declined, setDeclined] = useState(false);
  const keyOf = useOnceKey();
  const form = useForm({});
  const asked = standing.pending.find((each) => each.code === OWN_ACCEPTANCE);
  if (asked === undefined) return null;
  const wanted = documents.flatMap(({ documentId, title, requiredAtRegistration, inEffect }) =>
    requiredAtRegistration && inEffect !== null
      ? [{ documentId, version: inEffect.version, title: inEffect.title ?? title }]
      : [],
  );
  const accept = async (): Promise<void> => {
    const body = {
      acceptances: wanted.map(({ documentId, version }) => ({ documentId, version })),
      decision: 'accepted' as const,
      how: 'clickwrap' as const,
      channel: 'web' as const,
    };
    const params = { header: { 'Idempotency-Key': keyOf(body) } };
    await mine(() => api.POST('/v1/accounts/me/acceptances', { params, body }));
    accepted();
  };
  const due = asked.dueAt === null ? '' : moment(asked.dueAt, language);
  const overdue = standing.blocks.some((each) => each.code === OWN_ACCEPTANCE);
  return (
    <section className="card warn" aria-labelledby="own-acceptance">
      <h2 id="own-acceptance">{say(standing.minor === null ? 'own.title18' : 'own.title14')}</h2>
      <p>{say(standing.minor === null ? 'own.why18' : 'own.why14')}</p>
      <p>{overdue ? say('own.overdue') : say('own.due', { time: due })}</p>
      {wanted.map((each) => (
        <AgreementLink key={each.documentId} api={api} {...each} />
      ))}
      <ErrorSummary form={form} />
      <Choices>
        <SendButton form={form} send={accept}>
          {say('own.accept')}
        </SendButton>
        <button type="button" disabled={form.busy} onClick={() => setDeclined(true)}>
          {say('own.decline')}
        </button>
      </Choices>
      {declined && (
        <>
          <Told atOnce>{overdue ? say('own.declinedOverdue') : say('own.declined', { time: due })}</Told>
          <Link className="button" to="/leave">
            {say('agreements.wayOut')}
          </Link>
        </>
      )}
    </section>
  );
}

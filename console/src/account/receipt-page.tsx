import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { ask } from '../api/client.ts';
import { onDay } from '../i18n/times.ts';
import { SendButton } from '../people/form.tsx';
import { moment } from '../people/moment.ts';
import { CopyButton, ErrorSummary, Heading } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { KeptCard, loadKept } from './kept.tsx';
import { lawsIn } from './law.ts';
import { inWords, Shown } from './parts.tsx';
import { saveFile } from './save-file.ts';
import { api } from './session.ts';
import { nameOf, useSay, wordFor } from './texts.ts';
import { headersOf, useToken } from './application-link.ts';
import { useLoad } from './use-load.ts';

/** The claims of a receipt (docs/verification.md), as far as a person reads them. */
interface Claims {
  readonly approvedAt: string;
  readonly completedAt: string;
  readonly agreement: { readonly documentId: string; readonly version: string };
  readonly erased: readonly { readonly recordClass: string; readonly count: number }[];
  readonly retained: readonly {
    readonly recordClass: string;
    readonly basis: readonly { readonly instrument: string; readonly article: string }[];
    readonly until: string | null;
  }[];
  readonly participants: readonly { readonly name: string; readonly acknowledgedAt: string | null }[];
}

/** Read, not verified: verifying is for whoever doubts us, offline, with the original below. */
function claimsIn(jws: string): Claims {
  const payload = (jws.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)) as Claims;
}

export function ReceiptPage(): ReactNode {
  const { say, language } = useSay();
  const { id = '' } = useParams();
  const token = useToken(id) ?? '';
  const params = { path: { id }, header: headersOf(token) };
  const loaded = useLoad(async () => {
    const [{ receipt }, policy, kept] = await Promise.all([
      ask(api.GET('/v1/deregistrations/{id}/receipt', { params })),
      ask(api.GET('/v1/retention/policy')).catch(() => undefined),
      loadKept(id, token).catch(() => undefined),
    ]);
    return {
      receipt,
      kept,
      claims: claimsIn(receipt),
      classes: new Map((policy?.recordClasses ?? []).map((each) => [each.recordClass, each])),
    };
  }, `${id} ${token}`);
  const form = useForm({});
  const pdf = async (): Promise<void> => {
    const query = { format: 'pdf' as const };
    const content = await ask(
      api.GET('/v1/deregistrations/{id}/receipt', { params: { ...params, query }, parseAs: 'blob' }),
    );
    // The document types the JSON form of this answer; `parseAs` made a Blob of it.
    saveFile(`receipt-${id}.pdf`, content as unknown as Blob);
  };
  return (
    <>
      <Heading>{say('receipt.title')}</Heading>
      <Shown loaded={loaded}>
        {({ receipt, claims, classes, kept }) => {
          const erased = claims.erased.filter((each) => each.count > 0);
          const nothing = claims.erased.filter((each) => each.count === 0);
          const sealed = new Set(claims.retained.map((each) => each.recordClass));
          const name = (recordClass: string): string =>
            inWords(classes.get(recordClass)?.title ?? null, language) ||
            wordFor(say, `class.${recordClass}`, 'class.other');
          return (
            <>
              <p>{say('receipt.lead')}</p>
              <dl className="facts card">
                <dt>{say('track.reference')}</dt>
                <dd className="mono">{id}</dd>
                <dt>{say('receipt.approved')}</dt>
                <dd>{moment(claims.approvedAt, language)}</dd>
                <dt>{say('receipt.completed')}</dt>
                <dd>{moment(claims.completedAt, language)}</dd>
                <dt>{say('receipt.agreement')}</dt>
                <dd>{say('receipt.agreementVersion', { version: claims.agreement.version })}</dd>
              </dl>
              <section className="card">
                <h2>{say('receipt.erased')}</h2>
                <ul>
                  {erased.map((each) => (
                    <li key={each.recordClass}>
                      {name(each.recordClass)}{' '}
                      <span className="muted">{say('leave.count', { count: each.count })}</span>
                      {sealed.has(each.recordClass) && <div className="muted">{say('receipt.sealed')}</div>}
                    </li>
                  ))}
                </ul>
                {nothing.length > 0 && (
                  <details>
                    <summary>{say('leave.none')}</summary>
                    <ul>
                      {nothing.map((each) => (
                        <li key={each.recordClass}>{name(each.recordClass)}</li>
                      ))}
                    </ul>
                  </details>
                )}
              </section>
              <section className="card">
                <h2>{say('receipt.kept')}</h2>
                {claims.retained.length === 0 && <p>{say('receipt.nothing')}</p>}
                <ul className="plain">
                  {claims.retained.map((each) => (
                    <li key={each.recordClass}>
                      <strong>{name(each.recordClass)}</strong>
                      <div>
                        {each.until === null
                          ? say('leave.untilHold')
                          : say('leave.until', { day: onDay(each.until, language) })}
                      </div>
                      <div>{inWords(classes.get(each.recordClass)?.reason ?? null, language)}</div>
                      <div className="muted">{say('leave.basis', { basis: lawsIn(say, language, each.basis) })}</div>
                    </li>
                  ))}
                </ul>
              </section>
              {kept !== undefined && <KeptCard kept={kept} />}
              {claims.participants.length > 0 && (
                <section className="card">
                  <h2>{say('receipt.participants')}</h2>
                  <ul>
                    {claims.participants.map((each) => (
                      <li key={each.name}>
                        {nameOf(say, each.name)}{' '}
                        {each.acknowledgedAt === null
                          ? say('receipt.unconfirmed')
                          : say('receipt.confirmed', { time: moment(each.acknowledgedAt, language) })}
                      </li>
                    ))}
                  </ul>
                </section>
              )}
              <section className="card screen-only">
                <h2>{say('receipt.keep')}</h2>
                <p>{say('receipt.keepText')}</p>
                <ErrorSummary form={form} />
                <div className="row">
                  <SendButton form={form} className="button" send={pdf}>
                    {say('receipt.pdf')}
                  </SendButton>
                  <button type="button" className="button" onClick={() => window.print()}>
                    {say('receipt.print')}
                  </button>
                </div>
                <p>{say('receipt.originalText')}</p>
                <CopyButton text={receipt} label={say('receipt.copy')} />
              </section>
            </>
          );
        }}
      </Shown>
      <p className="screen-only">
        <Link className="quiet link" to={`/deregistrations/${id}#${token}`}>
          {say('track.title')}
        </Link>
      </p>
    </>
  );
}

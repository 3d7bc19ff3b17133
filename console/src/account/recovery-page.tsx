import { type ReactNode, useState } from 'react';
import { Link, useLocation, useParams } from 'react-router';
import { ask } from '../api/client.ts';
import { moment } from '../people/moment.ts';
import { CopyButton, Heading, Told } from '../people/parts.tsx';
import { multipart, UploadField } from '../people/upload-field.tsx';
import { Home, Shown } from './parts.tsx';
import { api } from './session.ts';
import { useSay } from './texts.ts';
import { useLoad } from './use-load.ts';

/** As src/platform/http/http-adapter.ts and section `recovery` of the configuration have them. */
const MOST_BYTES = 10 * 1024 * 1024;
const MOST_FILES = 5;

/** How the appeal stands, for whoever holds its link; files can be added while it is looked at. */
export function RecoveryPage(): ReactNode {
  const { say, language } = useSay();
  const { id = '' } = useParams();
  const { hash } = useLocation();
  const token = hash.slice(1);
  const [headers] = useState({ 'Recovery-Token': token });
  const params = { path: { id } };
  const loaded = useLoad(() => ask(api.GET('/v1/recovery-appeals/{id}', { params, headers })));
  const add = async (file: File): Promise<void> => {
    await ask(api.POST('/v1/recovery-appeals/{id}/evidence', { params, headers, ...multipart(file) }));
    loaded.reload();
  };
  return (
    <>
      <Heading>{say('recover.filed')}</Heading>
      <Shown loaded={loaded}>
        {(appeal) => (
          <>
            <section className="card">
              <Told className="status">
                {say(`recover.${appeal.about === 'account' ? 'state' : 'ward'}.${appeal.state}`)}
              </Told>
              <dl className="facts">
                <dt>{say('track.reference')}</dt>
                <dd className="mono">{id}</dd>
                <dt>{say('track.requested')}</dt>
                <dd>{moment(appeal.filedAt, language)}</dd>
                {appeal.decidedAt === null ? (
                  <>
                    <dt>{say('appeal.due')}</dt>
                    <dd>{moment(appeal.dueAt, language)}</dd>
                  </>
                ) : (
                  <>
                    <dt>{say('recover.decided')}</dt>
                    <dd>{moment(appeal.decidedAt, language)}</dd>
                  </>
                )}
              </dl>
            </section>
            {appeal.state === 'in_review' && (
              <section className="card">
                <h2>{say('recover.files')}</h2>
                {appeal.about !== 'account' && <p>{say('recover.wardFiles')}</p>}
                <UploadField
                  id="evidence"
                  label={say('recover.filesLabel')}
                  maxBytes={MOST_BYTES}
                  maxFiles={MOST_FILES}
                  sent={appeal.evidence}
                  send={add}
                />
              </section>
            )}
            {appeal.state === 'rejected' && (
              <p>
                <Link className="button" to="/recover">
                  {say('recover.again')}
                </Link>
              </p>
            )}
            {appeal.state === 'completed' && appeal.about === 'account' && (
              <p>
                <Link className="button" to="/sign-in">
                  {say('signIn.title')}
                </Link>
              </p>
            )}
            <section className="card">
              <h2>{say('track.link')}</h2>
              <p>{say('recover.linkText')}</p>
              <CopyButton text={location.href} label={say('track.copy')} />
            </section>
          </>
        )}
      </Shown>
      <Home />
    </>
  );
}

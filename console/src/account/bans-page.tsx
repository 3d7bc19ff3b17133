import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { ask, type Schemas } from '../api/client.ts';
import { moment } from '../people/moment.ts';
import { useOnceKey } from '../people/once-key.ts';
import { Heading } from '../people/parts.tsx';
import { multipart } from '../people/upload-field.tsx';
import { AppealThread, NewAppeal } from './appeal.tsx';
import { Changes, isNew } from './changes.tsx';
import { Shown } from './parts.tsx';
import { api } from './session.ts';
import { useSay } from './texts.ts';
import { headersOf, useToken } from './application-link.ts';
import { useLoad } from './use-load.ts';

type Ban = Schemas['StandingBanDto'];

/** For somebody who has left: a ban that stands, why, and the appeal against it; the receipt opens the door (2.5(2), 7.1). */
export function BansPage(): ReactNode {
  const { say } = useSay();
  const { id = '' } = useParams();
  const token = useToken(id) ?? '';
  const params = { path: { id }, header: headersOf(token) };
  const loaded = useLoad(
    async () => (await ask(api.GET('/v1/deregistrations/{id}/bans', { params }))).items,
    `${id} ${token}`,
  );
  return (
    <>
      <Heading>{say('bans.title')}</Heading>
      <Shown loaded={loaded}>
        {(bans) => (
          <>
            {bans.length === 0 && <p>{say('bans.none')}</p>}
            {bans.map((ban) => (
              <BanCard key={ban.id} ban={ban} id={id} token={token} reload={loaded.reload} />
            ))}
          </>
        )}
      </Shown>
      <p>
        <Link className="quiet link" to={`/deregistrations/${id}#${token}`}>
          {say('track.title')}
        </Link>
      </p>
    </>
  );
}

interface BanProps {
  readonly ban: Ban;
  readonly id: string;
  readonly token: string;
  readonly reload: () => void;
}

function BanCard({ ban, id, token, reload }: BanProps): ReactNode {
  const { say, language } = useSay();
  const keyOf = useOnceKey();
  const file = async (text: string): Promise<void> => {
    const body = { decisionId: ban.id, text };
    const header = { ...headersOf(token), 'Idempotency-Key': keyOf(body) };
    await ask(api.POST('/v1/deregistrations/{id}/appeals', { params: { path: { id }, header }, body }));
    reload();
  };
  const write =
    (appealId: string) =>
    async (text: string): Promise<void> => {
      const params = { path: { id, appealId }, header: headersOf(token) };
      await ask(api.POST('/v1/deregistrations/{id}/appeals/{appealId}/messages', { params, body: { text } }));
      reload();
    };
  const show =
    (appealId: string) =>
    async (chosen: File): Promise<void> => {
      const params = { path: { id, appealId }, header: headersOf(token) };
      await ask(api.POST('/v1/deregistrations/{id}/appeals/{appealId}/files', { params, ...multipart(chosen) }));
      reload();
    };
  return (
    <article className="card">
      <h2>{say('decisions.at', { time: moment(ban.decidedAt, language) })}</h2>
      {ban.notice === null ? (
        <p>{say('decisions.withheld')}</p>
      ) : (
        <p className="words" lang={ban.notice.language}>
          {ban.notice.text}
        </p>
      )}
      <Changes of={ban.changes} />
      {ban.appeal && <AppealThread appeal={ban.appeal} write={write(ban.appeal.id)} show={show(ban.appeal.id)} />}
      {(ban.appeal === null || isNew(ban.changes, ban.appeal)) && (
        <NewAppeal decisionId={ban.id} until={ban.appealUntil} file={file} />
      )}
    </article>
  );
}

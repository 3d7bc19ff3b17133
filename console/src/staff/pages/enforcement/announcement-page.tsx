import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { ask } from '../../../api/client.ts';
import { comma } from '../../../i18n/comma.ts';
import { atTime } from '../../../i18n/times.ts';
import { api } from '../../api.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { TextField } from '../../parts/form-fields.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { wordOf } from '../../parts/word.ts';
import { shortId } from '../../parts/short-id.ts';
import { Editor } from './announcement-editor.tsx';
import { type AnnouncementFile, fileKey } from './announcement-file.ts';
import { visibilityTone } from './announcements-page.tsx';
import { useSay } from './texts.ts';

/** One announcement: what stands there, what would stand there, and who could be recognised by it (ENF-9). */
export function AnnouncementPage(): ReactNode {
  const { say } = useSay();
  const { id = '' } = useParams();
  const file = useQuery({
    queryKey: fileKey(id),
    queryFn: () => ask(api.GET('/v1/announcement-files/{id}', { params: { path: { id } } })),
  });
  return (
    <section className="page">
      <p className="crumbs">
        <Link to="/announcements">{say('nav.announcements')}</Link>
      </p>
      <PageHeading of={id}>{say('announcements.title')}</PageHeading>
      <Loaded query={file}>
        {(a) => (
          <div className="two">
            <Editor key={a.visibility} file={a} />
            <Facts file={a} />
          </div>
        )}
      </Loaded>
    </section>
  );
}

function Facts({ file: a }: { readonly file: AnnouncementFile }): ReactNode {
  const { say, language } = useSay();
  const [withdrawing, setWithdrawing] = useState(false);
  return (
    <section className="card side" aria-label={say('announcements.facts')}>
      <dl className="facts">
        <dt>{say('queue.state')}</dt>
        <dd>
          <span className={`chip ${visibilityTone(a.visibility)}`} data-testid="visibility">
            {wordOf(say, 'visibility', a.visibility)}
          </span>
        </dd>
        <dt>{say('announcements.who')}</dt>
        <dd className="mono">{a.pseudonym}</dd>
        <dt>{say('announcements.publishAt')}</dt>
        <dd>{atTime(a.publishAt, language)}</dd>
        <dt>{say('case.clauses')}</dt>
        <dd>{a.clauses.join(comma())}</dd>
        <dt>{say('misuse.measures')}</dt>
        <dd>{a.measures.map((each) => wordOf(say, 'measure', each)).join(comma())}</dd>
        {a.accountId && (
          <>
            <dt>{say('account.title')}</dt>
            <dd>
              <Link to={`/accounts/${a.accountId}`} className="mono">
                {shortId(a.accountId)}
              </Link>
            </dd>
          </>
        )}
        {a.withdrawnAt && (
          <>
            <dt>{say('announcements.withdrawn')}</dt>
            <dd>
              {atTime(a.withdrawnAt, language)} · {a.withdrawalReason}
            </dd>
          </>
        )}
      </dl>
      {a.actions.includes('withdraw') && (
        <p>
          <Button danger onClick={() => setWithdrawing(true)}>
            {say('announcements.withdraw')}
          </Button>
        </p>
      )}
      {withdrawing && <WithdrawDialog file={a} onClose={() => setWithdrawing(false)} />}
    </section>
  );
}

function WithdrawDialog({
  file: a,
  onClose,
}: {
  readonly file: AnnouncementFile;
  readonly onClose: () => void;
}): ReactNode {
  const { say } = useSay();
  const [reason, setReason] = useState('');
  return (
    <ActDialog
      title={say('announcements.withdraw')}
      act={say('announcements.withdraw')}
      danger
      ready={reason.trim() !== ''}
      send={() =>
        ask(
          api.POST('/v1/announcements/{id}/withdrawal', {
            params: { path: { id: a.id }, header: { 'If-Match': String(a.version) } },
            body: { reason: reason.trim() },
          }),
        )
      }
      done={say('announcements.withdrawnNow')}
      changes={[['announcement-files'], fileKey(a.id)]}
      onClose={onClose}
    >
      <p>{say('announcements.withdrawText')}</p>
      <TextField name="reason" label={say('decision.reason')} value={reason} max={2000} rows={3} onChange={setReason} />
    </ActDialog>
  );
}

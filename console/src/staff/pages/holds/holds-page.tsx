import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { ask, type Schemas } from '../../../api/client.ts';
import { comma } from '../../../i18n/comma.ts';
import { atTime, onDay } from '../../../i18n/times.ts';
import { api } from '../../api.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { TextField } from '../../parts/form-fields.tsx';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { useRecordClasses } from '../../parts/record-classes.ts';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { shortId } from '../../parts/short-id.ts';
import { useSay } from '../ops/texts.ts';
import { PlaceDialog } from './place-dialog.tsx';

type Hold = Schemas['HoldDto'];
/** Holds that follow from a matter with an authority say so by a code; a person's reason is in their words. */
const HOLD_REASONS = { investigation_request: true, referral_to_authority: true };

export function HoldsPage(): ReactNode {
  const { say, language } = useSay();
  const legal = hasRole(useSession(), 'legal');
  const [placing, setPlacing] = useState(false);
  const [releasing, setReleasing] = useState<Hold | null>(null);
  return (
    <section className="page">
      <div className="row spread">
        <PageHeading>{say('nav.holds')}</PageHeading>
        {legal && (
          <Button type="primary" size="large" onClick={() => setPlacing(true)}>
            {say('holds.place')}
          </Button>
        )}
      </div>
      <Paged
        name={['legal-holds']}
        label={say('nav.holds')}
        fetch={(cursor) => ask(api.GET('/v1/legal-holds', { params: { query: pageQuery(cursor) } }))}
        columns={[
          say('holds.scope'),
          say('holds.authority'),
          say('holds.reason'),
          say('holds.review'),
          say('queue.state'),
          '',
        ]}
        row={(hold) => ({
          key: hold.id,
          cells: [
            <Scope key="scope" hold={hold} />,
            <>
              {hold.authority}
              <div className="muted">{hold.reference}</div>
            </>,
            hold.reason in HOLD_REASONS ? wordOf(say, 'holdReason', hold.reason) : hold.reason,
            <>
              {onDay(hold.reviewAt, language)}{' '}
              {hold.reviewOverdue && <span className="chip bad">{say('queue.overdue')}</span>}
            </>,
            hold.releasedAt ? (
              <span className="muted">
                {say('holds.released', { who: hold.releasedBy, when: atTime(hold.releasedAt, language) })}
              </span>
            ) : (
              <span className="chip warn">{say('holds.inForce')}</span>
            ),
            legal && !hold.releasedAt ? (
              <Button onClick={() => setReleasing(hold)}>{say('holds.release')}</Button>
            ) : null,
          ],
        })}
      />
      {placing && <PlaceDialog onClose={() => setPlacing(false)} />}
      {releasing && <ReleaseDialog hold={releasing} onClose={() => setReleasing(null)} />}
    </section>
  );
}

function Scope({ hold }: { readonly hold: Hold }): ReactNode {
  const { say } = useSay();
  const titles = useRecordClasses();
  return (
    <>
      {hold.accountId && (
        <Link to={`/accounts/${hold.accountId}`}>
          {say('queue.account')} <span className="mono">{shortId(hold.accountId)}</span>
        </Link>
      )}
      {hold.caseId && (
        <span>
          {hold.accountId ? ' · ' : ''}
          <Link to={`/cases/${hold.caseId}`}>
            {say('kind.case')} <span className="mono">{shortId(hold.caseId)}</span>
          </Link>
        </span>
      )}
      {hold.recordClasses && (
        <div className="muted">{hold.recordClasses.map((each) => titles.get(each) ?? each).join(comma())}</div>
      )}
    </>
  );
}

function ReleaseDialog({ hold, onClose }: { readonly hold: Hold; readonly onClose: () => void }): ReactNode {
  const { say } = useSay();
  const [reason, setReason] = useState('');
  return (
    <ActDialog
      title={say('holds.release')}
      act={say('holds.release')}
      danger
      ready={reason.trim() !== ''}
      send={() =>
        ask(api.DELETE('/v1/legal-holds/{id}', { params: { path: { id: hold.id } }, body: { reason: reason.trim() } }))
      }
      done={say('holds.releasedNow')}
      changes={[['legal-holds']]}
      onClose={onClose}
    >
      <p>{say('holds.releaseText')}</p>
      <TextField name="reason" label={say('bulk.reason')} value={reason} max={1000} rows={3} onChange={setReason} />
    </ActDialog>
  );
}

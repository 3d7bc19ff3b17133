import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { ask, newKey, type Schemas } from '../../../api/client.ts';
import { atTime, onDay } from '../../../i18n/times.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { announce } from '../../../ui/live-region.tsx';
import { api } from '../../api.ts';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { shortId } from '../queue/task-table.tsx';
import { useSay } from '../ops/texts.ts';

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
          {say('kind.case')} <span className="mono">{shortId(hold.caseId)}</span>
        </span>
      )}
      {hold.recordClasses && <div className="muted">{hold.recordClasses.join('、')}</div>}
    </>
  );
}

const FIELDS = ['accountId', 'reason', 'authority', 'reference', 'reviewOn'] as const;

function PlaceDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { say } = useSay();
  const client = useQueryClient();
  const [key] = useState(newKey);
  const [values, setValues] = useState<Record<(typeof FIELDS)[number], string>>({
    accountId: '',
    reason: '',
    authority: '',
    reference: '',
    reviewOn: '',
  });
  const place = useMutation({
    mutationFn: () =>
      ask(api.POST('/v1/legal-holds', { params: { header: { 'Idempotency-Key': key } }, body: values })),
    onSuccess: () => {
      announce(say('holds.placed'));
      void client.invalidateQueries({ queryKey: ['legal-holds'] });
      onClose();
    },
  });
  return (
    <Dialog
      title={say('holds.place')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say('common.cancel')}</Button>
          <Button type="primary" loading={place.isPending} onClick={() => place.mutate()}>
            {say('holds.place')}
          </Button>
        </>
      }
    >
      <ProblemNote error={place.error} />
      <div className="stack">
        {FIELDS.map((name) => (
          <div className="field" key={name}>
            <label htmlFor={`field-${name}`}>{say(`holds.${name}`)}</label>
            <Input
              id={`field-${name}`}
              type={name === 'reviewOn' ? 'date' : 'text'}
              value={values[name]}
              onChange={(event) => setValues({ ...values, [name]: event.target.value })}
            />
          </div>
        ))}
      </div>
    </Dialog>
  );
}

function ReleaseDialog({ hold, onClose }: { readonly hold: Hold; readonly onClose: () => void }): ReactNode {
  const { say } = useSay();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const release = useMutation({
    mutationFn: () =>
      ask(api.DELETE('/v1/legal-holds/{id}', { params: { path: { id: hold.id } }, body: { reason: reason.trim() } })),
    onSuccess: () => {
      announce(say('holds.releasedNow'));
      void client.invalidateQueries({ queryKey: ['legal-holds'] });
      onClose();
    },
  });
  return (
    <Dialog
      title={say('holds.release')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say('common.cancel')}</Button>
          <Button
            type="primary"
            danger
            disabled={reason.trim() === ''}
            loading={release.isPending}
            onClick={() => release.mutate()}
          >
            {say('holds.release')}
          </Button>
        </>
      }
    >
      <p>{say('holds.releaseText')}</p>
      <div className="field">
        <label htmlFor="field-reason">{say('bulk.reason')}</label>
        <Input.TextArea id="field-reason" rows={3} value={reason} onChange={(event) => setReason(event.target.value)} />
      </div>
      <ProblemNote error={release.error} />
    </Dialog>
  );
}

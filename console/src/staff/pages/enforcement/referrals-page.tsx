import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { ask, type Schemas } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { useDraft } from '../../../ui/drafts.ts';
import { api } from '../../api.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { Deadline } from '../../parts/deadline.tsx';
import { instantOf, SelectField, TextField } from '../../parts/form-fields.tsx';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { UrlFilter, useUrlFilter } from '../../parts/url-filter.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { shortId } from '../../parts/short-id.ts';
import { useSay } from './texts.ts';

type Direction = Schemas['NewReferralDto']['direction'];
const DIRECTIONS: readonly Direction[] = ['report', 'request'];
const STATES = ['awaiting_approval', 'lapsed', 'approved', 'sent', 'answered', 'closed', 'declined'] as const;
const TONES: Readonly<Record<string, string>> = {
  awaiting_approval: 'warn',
  lapsed: 'bad',
  approved: 'accent',
  closed: 'good',
};
export const referralTone = (state: string): string => TONES[state] ?? '';
export const newReferralId = 'new-referral';

/** What we report to authorities, and what they ask of us: with the clock that runs for each (ENF-11). */
export function ReferralsPage(): ReactNode {
  const { say, language } = useSay();
  const legal = hasRole(useSession(), 'legal', 'senior_moderator');
  const [proposing, setProposing] = useState(false);
  const direction = useUrlFilter('direction', DIRECTIONS);
  const state = useUrlFilter('state', STATES);
  const query = { ...(direction ? { direction } : {}), ...(state ? { state } : {}) };
  return (
    <section className="page">
      <div className="row spread">
        <PageHeading>{say('nav.referrals')}</PageHeading>
        {legal && (
          <Button type="primary" size="large" onClick={() => setProposing(true)}>
            {say('referrals.propose')}
          </Button>
        )}
      </div>
      <div className="row">
        <UrlFilter
          name="direction"
          label={say('referrals.direction')}
          all={say('queue.all')}
          options={DIRECTIONS.map((value) => ({ value, label: wordOf(say, 'direction', value) }))}
        />
        <UrlFilter
          name="state"
          label={say('queue.state')}
          all={say('queue.all')}
          options={STATES.map((value) => ({ value, label: wordOf(say, 'referralState', value) }))}
        />
      </div>
      <Paged
        name={['referrals', direction, state]}
        label={say('nav.referrals')}
        refresh={15_000}
        fetch={(cursor) => ask(api.GET('/v1/referrals', { params: { query: { ...pageQuery(cursor), ...query } } }))}
        columns={[
          say('referrals.matter'),
          say('referrals.authority'),
          say('queue.state'),
          say('referrals.clock'),
          say('referrals.package'),
          say('referrals.people'),
          say('referrals.since'),
        ]}
        row={(r) => ({
          key: r.id,
          cells: [
            <Link key="matter" to={`/referrals/${r.id}`}>
              {wordOf(say, 'direction', r.direction)} <span className="mono">{shortId(r.id)}</span>
            </Link>,
            <span key="authority">
              {r.authority}
              {r.documentNo && <span className="muted"> {r.documentNo}</span>}
            </span>,
            <span key="state" className={`chip ${referralTone(r.state)}`}>
              {wordOf(say, 'referralState', r.state)}
            </span>,
            <Deadline key="due" dueAt={r.dueAt} endedAt={r.sentAt ?? r.closedAt} />,
            say('referrals.items', { n: r.items }),
            [r.proposedBy, r.approvedBy].filter(Boolean).join(' → '),
            atTime(r.createdAt, language),
          ],
        })}
      />
      {proposing && <ProposeDialog onClose={() => setProposing(false)} />}
    </section>
  );
}

function ProposeDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { say } = useSay();
  const navigate = useNavigate();
  const draft = useDraft(useSession().id, newReferralId, {
    caseId: '',
    direction: 'report',
    authority: '',
    documentNo: '',
    legalGround: '',
    note: '',
    due: '',
  });
  const v = draft.value;
  const request = v.direction === 'request';
  const words = { authority: v.authority.trim(), legalGround: v.legalGround.trim(), note: v.note.trim() };
  return (
    <ActDialog
      title={say('referrals.propose')}
      act={say('referrals.propose')}
      wide
      ready={v.caseId.trim() !== '' && Object.values(words).every((each) => each !== '')}
      send={async (key) => {
        const proposed = await ask(
          api.POST('/v1/cases/{id}/referrals', {
            params: { path: { id: v.caseId.trim() }, header: { 'Idempotency-Key': key } },
            body: {
              direction: request ? 'request' : 'report',
              ...words,
              ...(v.documentNo.trim() ? { documentNo: v.documentNo.trim() } : {}),
              ...(v.due ? { dueAt: instantOf(v.due) } : {}),
            },
          }),
        );
        draft.clear();
        void navigate(`/referrals/${proposed.id}`);
      }}
      done={say('referrals.proposed')}
      changes={[['referrals']]}
      onClose={onClose}
    >
      <p className="muted">{say('referrals.proposeText')}</p>
      <SelectField
        name="direction"
        label={say('referrals.direction')}
        value={v.direction}
        options={DIRECTIONS.map((value) => ({ value, label: wordOf(say, 'direction', value) }))}
        onChange={(direction) => draft.set({ direction })}
      />
      <TextField
        name="id"
        label={say('referrals.caseId')}
        value={v.caseId}
        max={36}
        mono
        onChange={(caseId) => draft.set({ caseId })}
      />
      <TextField
        name="authority"
        label={say('referrals.authority')}
        value={v.authority}
        max={200}
        onChange={(authority) => draft.set({ authority })}
      />
      <TextField
        name="documentNo"
        label={say('referrals.documentNo')}
        value={v.documentNo}
        max={200}
        onChange={(documentNo) => draft.set({ documentNo })}
      />
      <TextField
        name="legalGround"
        label={say('referrals.ground')}
        value={v.legalGround}
        max={500}
        onChange={(legalGround) => draft.set({ legalGround })}
      />
      <TextField
        name="note"
        label={say('referrals.note')}
        value={v.note}
        max={4000}
        rows={4}
        onChange={(note) => draft.set({ note })}
      />
      {request && (
        <TextField
          name="dueAt"
          label={say('referrals.theirDeadline')}
          hint={say('referrals.clockHint')}
          type="datetime-local"
          value={v.due}
          max={16}
          onChange={(due) => draft.set({ due })}
        />
      )}
    </ActDialog>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { ask, type Schemas } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { useDraft } from '../../../ui/drafts.ts';
import { api } from '../../api.ts';
import { AccountGlance } from '../../parts/account-glance.tsx';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { Deadline } from '../../parts/deadline.tsx';
import { SelectField, TextField } from '../../parts/form-fields.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { shortId } from '../queue/task-table.tsx';
import { referralTone } from './referrals-page.tsx';
import { useSay } from './texts.ts';

export type Referral = Schemas['ReferralDto'];
type EntryKind = Schemas['ReferralEntryDto']['kind'];
type Open = 'approve' | 'decline' | 'log';

/** What may be logged in which state: nothing leaves before a second person agreed. */
const ENTRIES: Readonly<Record<string, readonly EntryKind[]>> = {
  awaiting_approval: ['note'],
  lapsed: ['note'],
  approved: ['sent', 'note'],
  sent: ['received', 'produced', 'note'],
  answered: ['received', 'produced', 'note'],
};
const CLOSABLE = ['sent', 'answered'];

export const useReferral = (id: string) =>
  useQuery({
    queryKey: ['referral', id],
    queryFn: () => ask(api.GET('/v1/referrals/{id}', { params: { path: { id } } })),
    refetchInterval: 15_000,
  });

/** One matter with an authority: the package and its hashes, the second person, the clock, what was answered (ENF-11). */
export function ReferralPage(): ReactNode {
  const { say } = useSay();
  const { id = '' } = useParams();
  const referral = useReferral(id);
  return (
    <section className="page">
      <p className="crumbs">
        <Link to="/referrals">{say('nav.referrals')}</Link>
      </p>
      <PageHeading of={id}>
        {say('referrals.title')} <span className="mono">{shortId(id)}</span>
      </PageHeading>
      <Loaded query={referral}>
        {(r) => (
          <div className="two">
            <div className="stack">
              <Matter referral={r} />
              <ReferralPackage referral={r} />
              <ReferralLog referral={r} />
            </div>
            <div className="stack side">
              <AccountGlance accountId={r.accountId} />
            </div>
          </div>
        )}
      </Loaded>
    </section>
  );
}

/** Which authority, on what ground, by whom, until when. */
export function ReferralFacts({ referral: r }: { readonly referral: Referral }): ReactNode {
  const { say, language } = useSay();
  return (
    <dl className="facts">
      <dt>{say('referrals.direction')}</dt>
      <dd>{wordOf(say, 'direction', r.direction)}</dd>
      <dt>{say('queue.state')}</dt>
      <dd>
        <span className={`chip ${referralTone(r.state)}`} data-testid="referral-state">
          {wordOf(say, 'referralState', r.state)}
        </span>
      </dd>
      <dt>{say('referrals.clock')}</dt>
      <dd>
        <Deadline dueAt={r.dueAt} endedAt={r.sentAt ?? r.closedAt} />
      </dd>
      <dt>{say('referrals.authority')}</dt>
      <dd>
        {r.authority} {r.documentNo && <span className="muted">{r.documentNo}</span>}
      </dd>
      <dt>{say('referrals.ground')}</dt>
      <dd>{r.legalGround}</dd>
      <dt>{say('referrals.proposedBy')}</dt>
      <dd>
        {r.proposedBy} · {atTime(r.createdAt, language)}
      </dd>
      <dt>{say('referrals.second')}</dt>
      <dd>{r.approvedBy ?? <span className="muted">{say('referrals.nobodyYet')}</span>}</dd>
      <dt>{say('case.title')}</dt>
      <dd className="mono">{r.caseId}</dd>
    </dl>
  );
}

function Matter({ referral: r }: { readonly referral: Referral }): ReactNode {
  const { say } = useSay();
  const session = useSession();
  const [open, setOpen] = useState<Open | null>(null);
  const waits = r.state === 'awaiting_approval';
  const mine = r.proposedBy === session.id;
  const mayAnswer = waits && !mine && hasRole(session, 'legal', 'senior_moderator');
  const mayLog = hasRole(session, 'legal') && ENTRIES[r.state] !== undefined;
  return (
    <section className="card" aria-label={say('referrals.title')}>
      <ReferralFacts referral={r} />
      {waits && mine && <p className="note warn">{say('referrals.otherNeeded')}</p>}
      <div className="row">
        {mayAnswer && (
          <>
            <Button type="primary" onClick={() => setOpen('approve')}>
              {say('approval.approve')}
            </Button>
            <Button onClick={() => setOpen('decline')}>{say('approval.decline')}</Button>
          </>
        )}
        {mayLog && <Button onClick={() => setOpen('log')}>{say('referrals.log')}</Button>}
      </div>
      {(open === 'approve' || open === 'decline') && (
        <ApprovalDialog referral={r} approved={open === 'approve'} onClose={() => setOpen(null)} />
      )}
      {open === 'log' && <LogDialog referral={r} onClose={() => setOpen(null)} />}
    </section>
  );
}

function ApprovalDialog({
  referral: r,
  approved,
  onClose,
}: {
  readonly referral: Referral;
  readonly approved: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const { say } = useSay();
  const draft = useDraft(useSession().id, `referral:${r.id}:approval`, { note: '' });
  const note = draft.value.note.trim();
  const words = say(approved ? 'approval.approve' : 'approval.decline');
  return (
    <ActDialog
      title={words}
      act={words}
      ready={note !== ''}
      send={async () => {
        await ask(
          api.POST('/v1/referrals/{id}/approval', { params: { path: { id: r.id } }, body: { approved, note } }),
        );
        draft.clear();
      }}
      done={say('referrals.answered')}
      changes={[['referral', r.id], ['referrals']]}
      onClose={onClose}
    >
      <p>{say(approved ? 'referrals.approveText' : 'referrals.declineText', { n: r.manifest.length })}</p>
      <TextField
        name="note"
        label={say('approval.note')}
        value={draft.value.note}
        max={2000}
        rows={3}
        onChange={(value) => draft.set({ note: value })}
      />
    </ActDialog>
  );
}

function LogDialog({ referral: r, onClose }: { readonly referral: Referral; readonly onClose: () => void }): ReactNode {
  const { say } = useSay();
  const kinds = ENTRIES[r.state] ?? [];
  const draft = useDraft(useSession().id, `referral:${r.id}:log`, { kind: '', text: '', close: false });
  const kind = kinds.find((each) => each === draft.value.kind) ?? kinds[0] ?? 'note';
  const closable = CLOSABLE.includes(r.state) || kind !== 'note';
  const text = draft.value.text.trim();
  return (
    <ActDialog
      title={say('referrals.log')}
      act={say('referrals.log')}
      ready={text !== ''}
      send={async () => {
        await ask(
          api.POST('/v1/referrals/{id}/entries', {
            params: { path: { id: r.id } },
            body: { kind, text, close: closable && draft.value.close },
          }),
        );
        draft.clear();
      }}
      done={say('referrals.logged')}
      changes={[['referral', r.id], ['referrals']]}
      onClose={onClose}
    >
      <SelectField
        name="kind"
        label={say('referrals.kind')}
        value={kind}
        options={kinds.map((value) => ({ value, label: wordOf(say, 'referralEntry', value) }))}
        onChange={(value) => draft.set({ kind: value })}
      />
      <TextField
        name="text"
        label={say('referrals.what')}
        hint={say('referrals.checksumHint')}
        value={draft.value.text}
        max={10_000}
        rows={5}
        onChange={(value) => draft.set({ text: value })}
      />
      {closable && (
        <label className="row">
          <input
            type="checkbox"
            checked={draft.value.close}
            onChange={(event) => draft.set({ close: event.target.checked })}
          />
          {say('referrals.close')}
        </label>
      )}
    </ActDialog>
  );
}

export function ReferralPackage({ referral: r }: { readonly referral: Referral }): ReactNode {
  const { say, language } = useSay();
  return (
    <section className="card" aria-label={say('referrals.package')}>
      <h2>{say('referrals.package')}</h2>
      <p className="muted">
        {say('referrals.digest')} <span className="mono hash">{r.manifestDigest}</span>
      </p>
      <div className="scroll stacks" tabIndex={0} role="region" aria-label={say('referrals.package')}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{say('evidence.title')}</th>
              <th scope="col">SHA-256</th>
              <th scope="col">{say('referrals.added')}</th>
            </tr>
          </thead>
          <tbody>
            {r.manifest.map((item) => (
              <tr key={item.evidenceId}>
                <td data-label={say('evidence.title')}>
                  <span>
                    {wordOf(say, 'evidenceKind', item.kind)} <span className="mono">{shortId(item.evidenceId)}</span>
                  </span>
                </td>
                <td data-label="SHA-256" className="mono hash">
                  {item.sha256}
                </td>
                <td data-label={say('referrals.added')}>{atTime(item.addedAt, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

export function ReferralLog({ referral: r }: { readonly referral: Referral }): ReactNode {
  const { say, language } = useSay();
  return (
    <section className="card" aria-label={say('referrals.logTitle')}>
      <h2>{say('referrals.logTitle')}</h2>
      <ol className="log">
        {r.entries.map((entry) => (
          <li key={entry.at + entry.kind}>
            <p className="row">
              <strong>{wordOf(say, 'referralEntry', entry.kind)}</strong>
              <span className="muted">
                {entry.author} · {atTime(entry.at, language)}
              </span>
            </p>
            <p className="quote">{entry.text ?? say('evidence.erased')}</p>
            {entry.checksum && <p className="muted mono hash">SHA-256 {entry.checksum}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}

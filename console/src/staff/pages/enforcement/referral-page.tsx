import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { AccountGlance } from '../../parts/account-glance.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { hasRole, useSession } from '../../session.tsx';
import { shortId } from '../../parts/short-id.ts';
import { ApprovalDialog, ENTRIES, LogDialog } from './referral-dialogs.tsx';
import { type Referral, ReferralFacts, ReferralLog, ReferralPackage, useReferral } from './referral-parts.tsx';
import { useSay } from './texts.ts';

type Open = 'approve' | 'decline' | 'log';

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

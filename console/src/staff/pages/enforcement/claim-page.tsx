import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { ask, type Schemas } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { announce } from '../../../ui/live-region.tsx';
import { api } from '../../api.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { TextField } from '../../parts/form-fields.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Table } from '../../parts/table.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { shortId } from '../../parts/short-id.ts';
import { claimTone, Totals } from './claims-page.tsx';
import { leftOf, minorOf, moneyOf } from './money.ts';
import { useSay } from './texts.ts';

type Claim = Schemas['ClaimDetailDto'];

const changesOf = (claim: Claim): readonly (readonly unknown[])[] => [
  ['claim', claim.id],
  ['claims'],
  ['claim-totals', claim.accountId],
];

/** One loss with its payments; nothing here moves money, it says what happened (ENF-12). */
export function ClaimPage(): ReactNode {
  const { say } = useSay();
  const { id = '' } = useParams();
  const claim = useQuery({
    queryKey: ['claim', id],
    queryFn: () => ask(api.GET('/v1/claims/{id}', { params: { path: { id } } })),
  });
  return (
    <section className="page">
      <p className="crumbs">
        <Link to="/claims">{say('nav.claims')}</Link>
      </p>
      <PageHeading of={id}>
        {say('claims.claim')} <span className="mono">{shortId(id)}</span>
      </PageHeading>
      <Loaded query={claim}>
        {(c) => (
          <div className="two">
            <div className="stack">
              <Ledger claim={c} />
              <Payments claim={c} />
            </div>
            <div className="stack side">
              <Totals accountId={c.accountId} />
            </div>
          </div>
        )}
      </Loaded>
    </section>
  );
}

function Ledger({ claim: c }: { readonly claim: Claim }): ReactNode {
  const { say, language } = useSay();
  const client = useQueryClient();
  const legal = hasRole(useSession(), 'legal');
  const [open, setOpen] = useState<'pay' | 'waive' | null>(null);
  const settled = c.state === 'paid' || c.state === 'waived';
  const change = (command: 'assert' | 'waive'): Promise<unknown> =>
    ask(api.POST('/v1/claims/{id}/changes', { params: { path: { id: c.id } }, body: { command } }));
  const asserting = useMutation({
    mutationFn: () => change('assert'),
    onSuccess: () => announce(say('claims.changed')),
    onSettled: () => Promise.all(changesOf(c).map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  const money = (minor: string): string => moneyOf(minor, c.currency, language);
  return (
    <section className="card" aria-label={say('claims.claim')}>
      <dl className="facts">
        <dt>{say('claims.kind')}</dt>
        <dd>{wordOf(say, 'loss', c.kind)}</dd>
        <dt>{say('queue.state')}</dt>
        <dd>
          <span className={`chip ${claimTone(c.state)}`} data-testid="claim-state">
            {wordOf(say, 'claimState', c.state)}
          </span>
        </dd>
        <dt>{say('claims.amount')}</dt>
        <dd>{money(c.amountMinor)}</dd>
        <dt>{say('claims.paid')}</dt>
        <dd>{money(c.paidMinor)}</dd>
        <dt>{say('claims.left')}</dt>
        <dd data-testid="left">{c.state === 'waived' ? '–' : money(leftOf(c.amountMinor, c.paidMinor))}</dd>
        <dt>{say('claims.reference')}</dt>
        <dd>{c.reference ?? '–'}</dd>
        <dt>{say('claims.recordedBy')}</dt>
        <dd>
          {c.recordedBy} · {atTime(c.createdAt, language)}
        </dd>
        <dt>{say('case.title')}</dt>
        <dd>
          <Link to={`/cases/${c.caseId}`} className="mono">
            {shortId(c.caseId)}
          </Link>
        </dd>
      </dl>
      <ProblemNote error={asserting.error} />
      {legal && !settled && (
        <div className="row">
          <Button type="primary" onClick={() => setOpen('pay')}>
            {say('claims.pay')}
          </Button>
          {c.state === 'recorded' && (
            <Button loading={asserting.isPending} onClick={() => asserting.mutate()}>
              {say('claims.assert')}
            </Button>
          )}
          <Button danger onClick={() => setOpen('waive')}>
            {say('claims.waive')}
          </Button>
        </div>
      )}
      {open === 'pay' && <PayDialog claim={c} onClose={() => setOpen(null)} />}
      {open === 'waive' && (
        <ActDialog
          title={say('claims.waive')}
          act={say('claims.waive')}
          danger
          ready
          send={() => change('waive')}
          done={say('claims.changed')}
          changes={changesOf(c)}
          onClose={() => setOpen(null)}
        >
          <p>{say('claims.waiveText', { left: money(leftOf(c.amountMinor, c.paidMinor)) })}</p>
        </ActDialog>
      )}
    </section>
  );
}

function PayDialog({ claim: c, onClose }: { readonly claim: Claim; readonly onClose: () => void }): ReactNode {
  const { say, language } = useSay();
  const [amount, setAmount] = useState('');
  const [reference, setReference] = useState('');
  const amountMinor = minorOf(amount, c.currency);
  return (
    <ActDialog
      title={say('claims.pay')}
      act={say('claims.pay')}
      ready={amountMinor !== undefined && reference.trim() !== ''}
      send={() =>
        ask(
          api.POST('/v1/claims/{id}/payments', {
            params: { path: { id: c.id } },
            body: { amountMinor: amountMinor ?? 0, reference: reference.trim() },
          }),
        )
      }
      done={say('claims.paidNow')}
      changes={changesOf(c)}
      onClose={onClose}
    >
      <TextField
        name="amountMinor"
        label={`${say('claims.amount')} (${c.currency})`}
        hint={
          amountMinor === undefined
            ? say('claims.leftHint', { left: moneyOf(leftOf(c.amountMinor, c.paidMinor), c.currency, language) })
            : say('claims.amountIs', {
                money: moneyOf(String(amountMinor), c.currency, language),
                minor: String(amountMinor),
              })
        }
        value={amount}
        max={20}
        onChange={setAmount}
      />
      <TextField
        name="reference"
        label={say('claims.paymentReference')}
        hint={say('claims.paymentHint')}
        value={reference}
        max={200}
        onChange={setReference}
      />
    </ActDialog>
  );
}

function Payments({ claim: c }: { readonly claim: Claim }): ReactNode {
  const { say, language } = useSay();
  return (
    <section className="card" aria-label={say('claims.payments')}>
      <h2>{say('claims.payments')}</h2>
      {c.payments.length === 0 && <p className="muted">{say('common.none')}</p>}
      {c.payments.length > 0 && (
        <Table
          label={say('claims.payments')}
          columns={[say('claims.at'), say('claims.amount'), say('claims.paymentReference'), say('claims.recordedBy')]}
          rows={c.payments.map((p) => ({
            key: p.id,
            cells: [atTime(p.at, language), moneyOf(p.amountMinor, c.currency, language), p.reference, p.recordedBy],
          }))}
        />
      )}
    </section>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { ask, type Schemas } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { api } from '../../api.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { SelectField, TextField } from '../../parts/form-fields.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { UrlFilter, useUrlFilter } from '../../parts/url-filter.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { shortId } from '../../parts/short-id.ts';
import { leftOf, minorOf, moneyOf } from './money.ts';
import { useSay } from './texts.ts';

type Kind = Schemas['NewClaimDto']['kind'];
const STATES = ['recorded', 'asserted', 'partly_paid', 'paid', 'waived'] as const;
const KINDS: readonly Kind[] = [
  'litigation',
  'arbitration',
  'lawyer',
  'notary',
  'announcement',
  'appraisal',
  'travel',
  'investigation',
  'compensation',
  'penalty',
  'settlement',
  'administrative_fine',
  'other',
];
const CURRENCIES = ['CNY', 'USD', 'EUR', 'HKD', 'JPY'];
const TONES: Readonly<Record<string, string>> = { asserted: 'warn', partly_paid: 'accent', paid: 'good' };
export const claimTone = (state: string): string => TONES[state] ?? '';

/** Losses of 7.1: what they are, how much, what came in, and what one account owes altogether (ENF-12). */
export function ClaimsPage(): ReactNode {
  const { say, language } = useSay();
  const legal = hasRole(useSession(), 'legal');
  const [recording, setRecording] = useState(false);
  const [params, setParams] = useSearchParams();
  const state = useUrlFilter('state', STATES);
  const accountId = params.get('accountId') ?? undefined;
  const query = { ...(state ? { state } : {}), ...(accountId ? { accountId } : {}) };
  return (
    <section className="page">
      <div className="row spread">
        <PageHeading>{say('nav.claims')}</PageHeading>
        {legal && (
          <Button type="primary" size="large" onClick={() => setRecording(true)}>
            {say('claims.record')}
          </Button>
        )}
      </div>
      {accountId && (
        <Totals accountId={accountId}>
          <Button onClick={() => setParams({})}>{say('claims.allAccounts')}</Button>
        </Totals>
      )}
      <UrlFilter
        name="state"
        label={say('queue.state')}
        all={say('queue.all')}
        options={STATES.map((value) => ({ value, label: wordOf(say, 'claimState', value) }))}
      />
      <Paged
        name={['claims', state, accountId]}
        label={say('nav.claims')}
        fetch={(cursor) => ask(api.GET('/v1/claims', { params: { query: { ...pageQuery(cursor), ...query } } }))}
        columns={[
          say('claims.claim'),
          say('claims.amount'),
          say('claims.paid'),
          say('claims.left'),
          say('queue.state'),
          say('account.title'),
          say('claims.since'),
        ]}
        row={(c) => ({
          key: c.id,
          cells: [
            <Link key="claim" to={`/claims/${c.id}`}>
              {wordOf(say, 'loss', c.kind)} <span className="mono">{shortId(c.id)}</span>
            </Link>,
            moneyOf(c.amountMinor, c.currency, language),
            moneyOf(c.paidMinor, c.currency, language),
            c.state === 'waived' ? '–' : moneyOf(leftOf(c.amountMinor, c.paidMinor), c.currency, language),
            <span key="state" className={`chip ${claimTone(c.state)}`}>
              {wordOf(say, 'claimState', c.state)}
            </span>,
            <Link key="account" to={`/claims?accountId=${c.accountId}`} className="mono">
              {shortId(c.accountId)}
            </Link>,
            atTime(c.createdAt, language),
          ],
        })}
      />
      {recording && <RecordDialog onClose={() => setRecording(false)} />}
    </section>
  );
}

/** What one account owes, by currency; waived claims aside. */
export function Totals({
  accountId,
  children,
}: {
  readonly accountId: string;
  readonly children?: ReactNode;
}): ReactNode {
  const { say, language } = useSay();
  const totals = useQuery({
    queryKey: ['claim-totals', accountId],
    queryFn: () => ask(api.GET('/v1/accounts/{id}/claim-totals', { params: { path: { id: accountId } } })),
  });
  return (
    <section className="card" aria-label={say('claims.totals')}>
      <div className="row spread">
        <h2>
          {say('claims.totals')}{' '}
          <Link to={`/accounts/${accountId}`} className="mono">
            {shortId(accountId)}
          </Link>
        </h2>
        {children}
      </div>
      <Loaded query={totals}>
        {({ items }) => (
          <dl className="facts" data-testid="totals">
            {items.map((t) => (
              <div className="contents" key={t.currency}>
                <dt>{t.currency}</dt>
                <dd>
                  {say('claims.totalLine', {
                    claimed: moneyOf(t.claimedMinor, t.currency, language),
                    paid: moneyOf(t.paidMinor, t.currency, language),
                    left: moneyOf(leftOf(t.claimedMinor, t.paidMinor), t.currency, language),
                  })}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </Loaded>
    </section>
  );
}

function RecordDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { say, language } = useSay();
  const navigate = useNavigate();
  const [caseId, setCaseId] = useState('');
  const [kind, setKind] = useState<Kind>('litigation');
  const [currency, setCurrency] = useState('CNY');
  const [amount, setAmount] = useState('');
  const [reference, setReference] = useState('');
  const amountMinor = minorOf(amount, currency);
  return (
    <ActDialog
      title={say('claims.record')}
      act={say('claims.record')}
      ready={caseId.trim() !== '' && amountMinor !== undefined}
      send={async (key) => {
        if (amountMinor === undefined) return;
        const recorded = await ask(
          api.POST('/v1/cases/{id}/claims', {
            params: { path: { id: caseId.trim() }, header: { 'Idempotency-Key': key } },
            body: { kind, amountMinor, currency, ...(reference.trim() ? { reference: reference.trim() } : {}) },
          }),
        );
        void navigate(`/claims/${recorded.id}`);
      }}
      done={say('claims.recorded')}
      changes={[['claims'], ['claim-totals']]}
      onClose={onClose}
    >
      <TextField name="id" label={say('referrals.caseId')} value={caseId} max={36} mono onChange={setCaseId} />
      <SelectField
        name="kind"
        label={say('claims.kind')}
        value={kind}
        options={KINDS.map((value) => ({ value, label: wordOf(say, 'loss', value) }))}
        onChange={(value) => setKind(KINDS.find((each) => each === value) ?? 'other')}
      />
      <SelectField
        name="currency"
        label={say('claims.currency')}
        value={currency}
        options={CURRENCIES.map((value) => ({ value, label: value }))}
        onChange={setCurrency}
      />
      <TextField
        name="amountMinor"
        label={say('claims.amount')}
        hint={
          amountMinor === undefined
            ? say('claims.amountHint')
            : say('claims.amountIs', {
                money: moneyOf(String(amountMinor), currency, language),
                minor: String(amountMinor),
              })
        }
        value={amount}
        max={20}
        onChange={setAmount}
      />
      <TextField name="reference" label={say('claims.reference')} value={reference} max={200} onChange={setReference} />
    </ActDialog>
  );
}

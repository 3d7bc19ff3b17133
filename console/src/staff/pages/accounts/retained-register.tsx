import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { ask, type Schemas } from '../../../api/client.ts';
import { isProblem } from '../../../api/problem.ts';
import { atTime, onDay } from '../../../i18n/times.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { api } from '../../api.ts';
import { AnswerDialog } from '../../parts/answer-dialog.tsx';
import { Basis } from '../../parts/basis.tsx';
import { TextField } from '../../parts/form-fields.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Table } from '../../parts/table.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, type StaffRole, useSession } from '../../session.tsx';
import { useSay } from './texts.ts';

type Entry = Schemas['RegisterEntryDto'];
const TONE: Readonly<Record<string, string>> = { held: 'warn', expired: 'bad' };

/** What is kept after the account ended: on which basis, until when, who may read it; its contents need a purpose (2.5(1)). */
export function RetainedRegister({ accountId }: { readonly accountId: string }): ReactNode {
  const { say } = useSay();
  const session = useSession();
  const [reading, setReading] = useState<Entry | null>(null);
  const [readers, setReaders] = useState<Entry | null>(null);
  const query = useQuery({
    queryKey: ['register', accountId],
    queryFn: () => ask(api.GET('/v1/retained-records/register', { params: { query: { subject: accountId } } })),
    retry: false,
  });
  if (isProblem(query.error) && query.error.status === 404) return null;
  if (query.data?.items.length === 0) return null;
  return (
    <section className="card" aria-label={say('account.register')}>
      <h2>{say('account.register')}</h2>
      <Loaded query={query}>
        {({ items }) => (
          <Table
            label={say('account.register')}
            columns={[
              say('plan.class'),
              say('plan.basis'),
              say('plan.until'),
              say('register.reads'),
              say('register.contents'),
            ]}
            rows={items.map((r) => ({
              key: `${r.recordClass} ${r.place} ${r.triggerAt}`,
              cells: [
                <>
                  <ClassName entry={r} />
                  {r.itemCount !== null && <span className="muted"> × {r.itemCount}</span>}
                </>,
                <Basis key="basis" of={r.basis} />,
                <Until key="until" entry={r} />,
                hasRole(session, 'legal', 'auditor') && r.id !== null && r.timesRead > 0 ? (
                  <button type="button" className="link" onClick={() => setReaders(r)}>
                    {say('register.times', { n: r.timesRead })}
                  </button>
                ) : (
                  say('register.times', { n: r.timesRead })
                ),
                r.id !== null && r.state !== 'destroyed' && hasRole(session, ...(r.readers as StaffRole[])) ? (
                  <Button onClick={() => setReading(r)}>{say('register.contents')}</Button>
                ) : (
                  '–'
                ),
              ],
            }))}
          />
        )}
      </Loaded>
      {reading && <ContentsDialog entry={reading} onClose={() => setReading(null)} />}
      {readers && <ReadersDialog entry={readers} onClose={() => setReaders(null)} />}
    </section>
  );
}

function ClassName({ entry: { title, recordClass } }: { readonly entry: Entry }): ReactNode {
  const { language } = useSay();
  return title ? title[language === 'en' ? 'en' : 'zh'] : <span className="mono">{recordClass}</span>;
}

function Until({ entry: r }: { readonly entry: Entry }): ReactNode {
  const { say, language } = useSay();
  return (
    <>
      {r.expiresAt !== null && <span className="nowrap">{onDay(r.expiresAt, language)} </span>}
      <span className={`chip ${TONE[r.state] ?? ''}`}>
        {r.destroyedAt === null
          ? wordOf(say, 'recordState', r.state)
          : say('register.destroyedOn', { day: onDay(r.destroyedAt, language) })}
      </span>
      {r.holds.length > 0 && <span className="chip warn"> {say('plan.hold', { n: r.holds.length })}</span>}
    </>
  );
}

/** Read for a purpose and a matter, both on record before anything is shown; kept nowhere on this device. */
function ContentsDialog({ entry, onClose }: { readonly entry: Entry; readonly onClose: () => void }): ReactNode {
  const { say } = useSay();
  const [purpose, setPurpose] = useState('');
  const [reference, setReference] = useState('');
  return (
    <AnswerDialog
      title={say('register.contents')}
      act={say('register.readNow')}
      ready={purpose.trim().length >= 3 && reference.trim() !== ''}
      send={() =>
        ask(
          api.GET('/v1/retained-records/{id}', {
            params: { path: { id: entry.id ?? '' }, query: { purpose: purpose.trim(), reference: reference.trim() } },
          }),
        )
      }
      answer={(record) => (
        <>
          <ClassName entry={entry} />
          <Contents record={record} />
        </>
      )}
      onClose={onClose}
    >
      <p>
        <ClassName entry={entry} />
      </p>
      <p>{say('register.onRecord')}</p>
      <TextField
        name="purpose"
        label={say('register.purpose')}
        hint={say('register.purposeHint')}
        value={purpose}
        max={200}
        onChange={setPurpose}
      />
      <TextField
        name="reference"
        label={say('register.reference')}
        hint={say('register.referenceHint')}
        value={reference}
        max={200}
        onChange={setReference}
      />
    </AnswerDialog>
  );
}

function Contents({ record }: { readonly record: Schemas['RetainedRecordDto'] }): ReactNode {
  const { say } = useSay();
  if (record.data === null) return <p className="note warn">{wordOf(say, 'unreadable', record.unreadable ?? '')}</p>;
  return (
    <div className="stack" data-testid="contents">
      {Object.entries(record.data).map(([table, rows]) => (
        <section key={table}>
          <h3 className="mono">{table}</h3>
          {(Array.isArray(rows) ? rows : [rows]).map((each: unknown, at) => (
            <dl className="facts" key={at}>
              {Object.entries((each ?? {}) as Record<string, unknown>).map(([name, value]) => (
                <div className="contents" key={name}>
                  <dt className="mono">{name}</dt>
                  <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
                </div>
              ))}
            </dl>
          ))}
        </section>
      ))}
    </div>
  );
}

function ReadersDialog({ entry, onClose }: { readonly entry: Entry; readonly onClose: () => void }): ReactNode {
  const { say, language } = useSay();
  const reads = useQuery({
    queryKey: ['record-reads', entry.id],
    queryFn: () => ask(api.GET('/v1/retained-records/{id}/reads', { params: { path: { id: entry.id ?? '' } } })),
  });
  return (
    <Dialog
      wide
      title={say('register.who')}
      onClose={onClose}
      actions={<Button onClick={onClose}>{say('common.close')}</Button>}
    >
      <Loaded query={reads}>
        {({ items }) => (
          <ol className="log">
            {items.map((r) => (
              <li key={r.readAt + r.readBy}>
                <p className="row">
                  <strong>{r.readBy}</strong>
                  <span className="muted">
                    {wordOf(say, 'role', r.role)} · {atTime(r.readAt, language)}
                  </span>
                </p>
                <p>
                  {r.purpose} · {r.reference}
                </p>
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </Dialog>
  );
}

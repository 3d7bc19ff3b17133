import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { ask } from '../../../../api/client.ts';
import { comma } from '../../../../i18n/comma.ts';
import { onDay } from '../../../../i18n/times.ts';
import { useDraft } from '../../../../ui/drafts.ts';
import { api } from '../../../api.ts';
import { ActDialog } from '../../../parts/act-dialog.tsx';
import { SelectField, TextField } from '../../../parts/form-fields.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { shortId } from '../../../parts/short-id.ts';
import { useViolations } from '../../../parts/violations.tsx';
import { useSession } from '../../../session.tsx';
import { useSay } from '../../enforcement/texts.ts';
import { evidenceOf, reportsOf } from './case-evidence.tsx';
import { changed, ifMatch, type ToolProps } from './case-tool.ts';

const UNDECIDED = ['open', 'in_review', 'reopened'];

export function SplitDialog({ found, onClose }: ToolProps): ReactNode {
  const { say, language } = useSay();
  const clauses = useViolations(found.accountId).data?.clauses ?? [];
  const [clause, setClause] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [reason, setReason] = useState('');
  const reports = new Set(reportsOf(found).map(({ id }) => id));
  const reportIds = [...chosen].filter((id) => reports.has(id));
  const evidenceIds = [...chosen].filter((id) => !reports.has(id));
  const about = clause || (clauses[0]?.ref ?? '');
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <ActDialog
      wide
      title={say('caseTool.split')}
      act={say('caseTool.split')}
      ready={about !== '' && reportIds.length > 0 && reason.trim() !== ''}
      send={(key) =>
        ask(
          api.POST('/v1/cases/{id}/splits', {
            params: { path: { id: found.id }, header: { ...ifMatch(found), 'Idempotency-Key': key } },
            body: { clause: about, reportIds, evidenceIds, reason: reason.trim() },
          }),
        )
      }
      done={say('caseTool.splitDone')}
      changes={changed(found)}
      onClose={onClose}
    >
      <SelectField
        name="clause"
        label={say('caseTool.splitClause')}
        value={about}
        options={clauses.map((c) => ({ value: c.ref, label: `${c.ref} ${c[language === 'en' ? 'en' : 'zh']}` }))}
        onChange={setClause}
      />
      <fieldset className="choices one">
        <legend>{say('caseTool.splitWhat')}</legend>
        {evidenceOf(found, say, language).map(({ id, label }) => (
          <label key={id}>
            <input type="checkbox" checked={chosen.has(id)} onChange={() => toggle(id)} />
            {label}
          </label>
        ))}
      </fieldset>
      <TextField name="reason" label={say('decision.reason')} value={reason} max={1000} rows={2} onChange={setReason} />
    </ActDialog>
  );
}

export function MergeDialog({ found, onClose }: ToolProps): ReactNode {
  const { say, language } = useSay();
  const [into, setInto] = useState('');
  const cases = useQuery({
    queryKey: ['cases-of', found.accountId],
    queryFn: () => ask(api.GET('/v1/cases', { params: { query: { accountId: found.accountId, limit: 50 } } })),
  });
  return (
    <ActDialog
      title={say('caseTool.merge')}
      act={say('caseTool.merge')}
      ready={into !== ''}
      send={() =>
        ask(
          api.POST('/v1/cases/{id}/merge', {
            params: { path: { id: found.id }, header: ifMatch(found) },
            body: { into },
          }),
        )
      }
      done={say('caseTool.merged')}
      changes={changed(found)}
      onClose={onClose}
    >
      <p>{say('caseTool.mergeText')}</p>
      <Loaded query={cases}>
        {({ items }) => {
          const others = items.filter((c) => c.id !== found.id && UNDECIDED.includes(c.state));
          return others.length === 0 ? (
            <p className="muted">{say('caseTool.noOther')}</p>
          ) : (
            <fieldset className="choices one">
              <legend>{say('caseTool.into')}</legend>
              {others.map((c) => (
                <label key={c.id}>
                  <input type="radio" name="into" checked={into === c.id} onChange={() => setInto(c.id)} />
                  {say('queue.clause', { clauses: c.clauses.join(comma()) })} · {onDay(c.openedAt, language)} ·{' '}
                  <span className="mono">{shortId(c.id)}</span>
                </label>
              ))}
            </fieldset>
          );
        }}
      </Loaded>
    </ActDialog>
  );
}

export function ReopenDialog({ found, onClose }: ToolProps): ReactNode {
  const { say } = useSay();
  const draft = useDraft(useSession().id, `case-reopen:${found.id}`, { reason: '' });
  const reason = draft.value.reason.trim();
  return (
    <ActDialog
      title={say('caseTool.reopen')}
      act={say('caseTool.reopen')}
      ready={reason !== ''}
      send={async () => {
        await ask(
          api.POST('/v1/cases/{id}/reopening', {
            params: { path: { id: found.id }, header: ifMatch(found) },
            body: { reason },
          }),
        );
        draft.clear();
      }}
      done={say('caseTool.reopened')}
      changes={changed(found)}
      onClose={onClose}
    >
      <p>{say('caseTool.reopenText')}</p>
      <TextField
        name="reason"
        label={say('decision.reason')}
        value={draft.value.reason}
        max={1000}
        rows={3}
        onChange={(next) => draft.set({ reason: next })}
      />
    </ActDialog>
  );
}

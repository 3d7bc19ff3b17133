import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { ask } from '../../../../api/client.ts';
import { multipart } from '../../../../api/multipart.ts';
import { comma } from '../../../../i18n/comma.ts';
import { onDay } from '../../../../i18n/times.ts';
import { useDraft } from '../../../../ui/drafts.ts';
import { api } from '../../../api.ts';
import { ActDialog } from '../../../parts/act-dialog.tsx';
import { SelectField, TextField } from '../../../parts/form-fields.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSession } from '../../../session.tsx';
import { useSay } from '../../enforcement/texts.ts';
import { shortId } from '../../../parts/short-id.ts';
import { evidenceOf, reportsOf } from './case-evidence.tsx';
import { useViolations } from '../../../parts/violations.tsx';
import type { Case } from './parts.tsx';

const UNDECIDED = ['open', 'in_review', 'reopened'];
const DIALOGS = {
  add_note: NoteDialog,
  add_file: FileDialog,
  split: SplitDialog,
  merge: MergeDialog,
  reopen: ReopenDialog,
} as const;
type Tool = keyof typeof DIALOGS;
const isTool = (action: string): action is Tool => action in DIALOGS;

interface ToolProps {
  readonly found: Case;
  readonly onClose: () => void;
}

/** What a case that is not decided yet, or not any more, has no use for: said by its state, not by a dead button. */
const BY_STATE = ['case_decided', 'case_undecided', 'case_merged', 'role_needed'];

/** What happens to a case besides its decision, as the service allows it: what this person may not, with why not (C5). */
export function CaseTools({ found }: { readonly found: Case }): ReactNode {
  const { say } = useSay();
  const [tool, setTool] = useState<Tool | null>(null);
  const tools = found.actions.filter(({ action, reason }) => isTool(action) && !BY_STATE.includes(reason ?? ''));
  const reasons = [...new Set(tools.flatMap(({ reason }) => (reason === null ? [] : [wordOf(say, 'whyNot', reason)])))];
  if (tools.length === 0 || found.state === 'merged') return null;
  const Open = tool === null ? null : DIALOGS[tool];
  return (
    <div className="row" role="group" aria-label={say('caseTool.title')}>
      {tools.map(({ action, allowed, reason }) => (
        <Button
          key={action}
          disabled={!allowed}
          {...(reason === null ? {} : { 'aria-description': wordOf(say, 'whyNot', reason) })}
          onClick={() => setTool(action as Tool)}
        >
          {wordOf(say, 'caseTool', action)}
        </Button>
      ))}
      {reasons.length > 0 && <span className="muted">{reasons.join(' · ')}</span>}
      {Open && <Open found={found} onClose={() => setTool(null)} />}
    </div>
  );
}

const changed = (found: Case): readonly (readonly unknown[])[] => [
  ['case', found.id],
  ['task'],
  ['timeline', found.accountId],
];
const ifMatch = (found: Case) => ({ 'If-Match': String(found.version) });

function NoteDialog({ found, onClose }: ToolProps): ReactNode {
  const { say } = useSay();
  const draft = useDraft(useSession().id, `case-note:${found.id}`, { text: '' });
  const text = draft.value.text.trim();
  return (
    <ActDialog
      title={say('caseTool.add_note')}
      act={say('caseTool.add')}
      ready={text !== ''}
      send={async () => {
        await ask(
          api.POST('/v1/cases/{id}/evidence', {
            params: { path: { id: found.id } },
            body: { kind: 'note', content: { text } },
          }),
        );
        draft.clear();
      }}
      done={say('caseTool.added')}
      changes={changed(found)}
      onClose={onClose}
    >
      <TextField
        name="text"
        label={say('caseTool.text')}
        hint={say('caseTool.forGood')}
        value={draft.value.text}
        max={5000}
        rows={5}
        onChange={(next) => draft.set({ text: next })}
      />
    </ActDialog>
  );
}

function FileDialog({ found, onClose }: ToolProps): ReactNode {
  const { say } = useSay();
  const [file, setFile] = useState<File | null>(null);
  return (
    <ActDialog
      title={say('caseTool.add_file')}
      act={say('caseTool.add')}
      ready={file !== null}
      send={async () => {
        if (file === null) return;
        const params = { path: { id: found.id } };
        await ask(api.POST('/v1/cases/{id}/evidence-files', { params, ...multipart(file) }));
      }}
      done={say('caseTool.added')}
      changes={changed(found)}
      onClose={onClose}
    >
      <div className="field">
        <label htmlFor="field-file">{say('caseTool.choose')}</label>
        <input
          id="field-file"
          type="file"
          accept="image/jpeg,image/png,image/webp,application/pdf"
          aria-describedby="field-file-hint"
          onChange={(event) => setFile(event.target.files?.[0] ?? null)}
        />
        <p className="muted" id="field-file-hint">
          {say('caseTool.fileHint')} {say('caseTool.forGood')}
        </p>
      </div>
    </ActDialog>
  );
}

function SplitDialog({ found, onClose }: ToolProps): ReactNode {
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

function MergeDialog({ found, onClose }: ToolProps): ReactNode {
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

function ReopenDialog({ found, onClose }: ToolProps): ReactNode {
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

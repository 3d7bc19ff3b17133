import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useId, useState, type ReactNode } from 'react';
import { Dialog } from '../../../ui/dialog.tsx';
import { announce } from '../../../ui/live-region.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { shortId } from '../../parts/short-id.ts';
import { wordOf } from '../../parts/word.ts';
import { useSay } from '../../use-say.ts';
import { type BulkAction, type BulkResult, carryOut, type Outcome, refreshed, rehearse, type Scope } from './bulk.ts';

interface BulkDialogProps {
  readonly action: BulkAction;
  /** What was chosen when the dialog was opened is what is acted on; the list behind it may change. */
  readonly first: Scope;
  /** With what could not be done, which stays selected; undefined where nothing was tried. */
  readonly onClose: (failed: ReadonlySet<string> | undefined) => void;
}

/** Scope, limit and refusals as the service counted them; then each outcome; then, if wanted, the failed ones again. */
export function BulkDialog({ action, first, onClose }: BulkDialogProps): ReactNode {
  const { say } = useSay();
  const [scope, setScope] = useState(first);
  const [text, setText] = useState('');
  const [result, setResult] = useState<BulkResult | null>(null);
  const id = useId();
  const dry = useQuery({
    queryKey: ['bulk', id, action],
    queryFn: () => rehearse(action, first),
    staleTime: Infinity,
    gcTime: 0,
  });
  const run = useMutation({
    mutationFn: (asOf: string) => carryOut(action, scope, text.trim(), asOf),
    onSuccess: async (done) => {
      setResult(done);
      const failed = done.outcomes.filter((o) => o.outcome === 'refused');
      announce(say('bulk.result', { done: done.outcomes.length - failed.length, failed: failed.length }));
      const again = await Promise.all(failed.slice(0, 100).map((o) => refreshed(o.id)));
      const tasks = again.filter((task) => task !== undefined);
      setScope({ kind: 'rows', tasks });
    },
  });
  const needsText = action === 'escalate' || action === 'assign';
  const able = dry.data?.outcomes.filter((o) => o.outcome === 'would_be_done').length ?? 0;
  const failed = result?.outcomes.filter((o) => o.outcome === 'refused') ?? [];
  const close = (): void => onClose(result ? new Set(failed.map((o) => o.id)) : undefined);
  const n = result ? result.outcomes.length : able;
  const ready = dry.data !== undefined && (!needsText || text.trim() !== '');
  return (
    <Dialog
      wide
      title={say('bulk.confirm', { action: wordOf(say, 'action', action), n })}
      onClose={run.isPending ? undefined : close}
      actions={
        <>
          <Button onClick={close} disabled={run.isPending}>
            {say(result ? 'common.close' : 'common.cancel')}
          </Button>
          {(!result || failed.length > 0) && (
            <Button
              type="primary"
              loading={run.isPending}
              disabled={!ready || (!result && able === 0)}
              onClick={() => dry.data && run.mutate(dry.data.asOf)}
            >
              {result ? say('bulk.retryFailed', { n: failed.length }) : say('bulk.run', { n: able })}
            </Button>
          )}
        </>
      }
    >
      <ProblemNote error={dry.error ?? run.error} />
      {!dry.data && !dry.error && <p className="muted">{say('bulk.counting')}</p>}
      {dry.data && !result && <ScopeNamed dry={dry.data} scope={first} able={able} />}
      {needsText && (
        <div className="field">
          <label htmlFor="bulk-text">{say(action === 'assign' ? 'bulk.assignee' : 'bulk.reason')}</label>
          <Input
            id="bulk-text"
            value={text}
            onChange={(event) => setText(event.target.value)}
            maxLength={action === 'assign' ? 200 : 1000}
          />
        </div>
      )}
      {result && <Outcomes outcomes={result.outcomes} />}
    </Dialog>
  );
}

interface ScopeNamedProps {
  readonly dry: BulkResult;
  readonly scope: Scope;
  readonly able: number;
}

function ScopeNamed({ dry, scope, able }: ScopeNamedProps): ReactNode {
  const { say, language } = useSay();
  const refused = dry.outcomes.filter((o) => o.outcome === 'refused');
  const reasons = new Map<string, { text: string; n: number }>();
  for (const { refusal } of refused) {
    if (refusal === null) continue;
    const known = reasons.get(refusal.code);
    reasons.set(refusal.code, { text: refusal[language === 'en' ? 'en' : 'zh'], n: (known?.n ?? 0) + 1 });
  }
  const many = dry.matching >= dry.countBound ? `${dry.countBound}+` : String(dry.matching);
  return (
    <div data-testid="scope">
      <p>{scope.kind === 'rows' ? say('bulk.scope', { n: able }) : say('bulk.scopeAll', { n: many, able })}</p>
      {dry.matching > dry.limit && <p className="note warn">{say('bulk.limit', { limit: dry.limit, n: many })}</p>}
      {refused.length > 0 && (
        <>
          <p className="muted">{say('bulk.notAllowed', { n: refused.length })}</p>
          <ul className="tight muted">
            {[...reasons].map(([code, { text, n }]) => (
              <li key={code}>
                {text} × {n}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Outcomes({ outcomes }: { readonly outcomes: readonly Outcome[] }): ReactNode {
  const { say, language } = useSay();
  // What failed first: that is what somebody has to look at.
  const sorted = [...outcomes].sort((a, b) => Number(a.outcome === 'done') - Number(b.outcome === 'done'));
  return (
    <div className="scroll outcomes" tabIndex={0} role="region" aria-label={say('bulk.outcomes')}>
      <table className="plain" data-testid="outcomes">
        <tbody>
          {sorted.map(({ id, kind, outcome, refusal }) => (
            <tr key={id}>
              <td>
                {wordOf(say, 'kind', kind ?? '')} <span className="mono">{shortId(id)}</span>
              </td>
              <td>
                {outcome === 'done' ? (
                  <span className="chip good">{say('bulk.done')}</span>
                ) : (
                  <span className="chip bad">{refusal?.[language === 'en' ? 'en' : 'zh']}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { ask, type Schemas } from '../../../api/client.ts';
import { comma } from '../../../i18n/comma.ts';
import { atTime, periodName } from '../../../i18n/times.ts';
import { announce } from '../../../ui/live-region.tsx';
import { api } from '../../api.ts';
import { PageHeading } from '../../parts/page-heading.tsx';
import { Table } from '../../parts/table.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { PolicyText } from './policy-text.tsx';
import { useSay } from './texts.ts';
import { VersionsCard } from './versions-card.tsx';

type Replay = Schemas['ReplayDto'];
type Since = NonNullable<Schemas['ReplayRequestDto']['since']>;
const SINCE: readonly Since[] = ['P1D', 'P7D', 'P30D'];

/** The registration rules that were in force, and what another version would have decided about real attempts (REG-6). */
export function RulesPage(): ReactNode {
  const { say, language } = useSay();
  const may = hasRole(useSession(), 'ops', 'admin');
  const [text, setText] = useState('');
  const [since, setSince] = useState<Since>('P7D');
  const replay = useMutation({
    mutationFn: () => ask(api.POST('/v1/registration-rules/replays', { body: { policy: text, since } })),
    onSuccess: ({ changed, attempts }) => announce(say('rules.result', { changed, attempts })),
  });
  return (
    <section className="page">
      <PageHeading>{say('nav.rules')}</PageHeading>
      <Versions />
      {may && (
        <PolicyText
          text={text}
          onChange={setText}
          act={say('rules.replay')}
          busy={replay.isPending}
          error={replay.error}
          onTry={() => replay.mutate()}
        >
          <label className="row">
            {say('rules.since')}
            <select
              value={since}
              onChange={({ target }) => setSince(SINCE.find((each) => each === target.value) ?? 'P7D')}
            >
              {SINCE.map((each) => (
                <option key={each} value={each}>
                  {periodName(each, language)}
                </option>
              ))}
            </select>
          </label>
        </PolicyText>
      )}
      {replay.data && <Result replay={replay.data} />}
    </section>
  );
}

function Versions(): ReactNode {
  const { say, language } = useSay();
  const versions = useQuery({
    queryKey: ['registration-rules'],
    queryFn: () => ask(api.GET('/v1/registration-rules')),
  });
  return (
    <VersionsCard
      query={versions}
      digestOf={(v) => v.digest}
      about={(v) =>
        say('rules.version', { when: atTime(v.firstUsedAt, language), rules: v.rules, decisions: v.decisions })
      }
      more={(v) => (
        <details>
          <summary>{say('rules.content')}</summary>
          <RuleTable content={v.content} />
        </details>
      )}
    />
  );
}

interface KeptRule {
  readonly id: string;
  readonly clause: string;
  readonly stage: string;
  readonly outcome: string;
  readonly when: Readonly<Record<string, unknown>>;
  readonly window?: string;
  readonly limit?: number;
}

function RuleTable({ content }: { readonly content: Readonly<Record<string, unknown>> }): ReactNode {
  const { say } = useSay();
  const rules = (content['rules'] ?? []) as readonly KeptRule[];
  return (
    <Table
      label={say('rules.content')}
      columns={[say('held.rule'), say('held.condition'), say('held.limit'), say('rules.outcome')]}
      rows={rules.map(({ id, clause, when: { kind, ...what }, limit, window, outcome }) => ({
        key: id,
        cells: [
          <span key="rule">
            <span className="mono">{id}</span> <span className="muted">{clause}</span>
          </span>,
          <span key="condition" className="mono">
            {String(kind)} {Object.keys(what).length > 0 && JSON.stringify(what)}
          </span>,
          limit === undefined ? '–' : `${limit} / ${window ?? ''}`,
          wordOf(say, 'ruleOutcome', outcome),
        ],
      }))}
    />
  );
}

function Result({ replay: r }: { readonly replay: Replay }): ReactNode {
  const { say, language } = useSay();
  return (
    <section className="card" aria-label={say('rules.replayed')} data-testid="replay">
      <h2>{say('rules.replayed')}</h2>
      <p>
        <strong>{say('rules.result', { changed: r.changed, attempts: r.attempts })}</strong>
      </p>
      {r.notReplayable.length > 0 && (
        <p className="note warn">{say('rules.notReplayable', { rules: r.notReplayable.join(comma()) })}</p>
      )}
      <div className="two">
        <table className="plain">
          <caption>{say('rules.turns')}</caption>
          <thead>
            <tr>
              <th scope="col">{say('rules.before')}</th>
              <th scope="col">{say('rules.after')}</th>
              <th scope="col" className="number">
                {say('rules.count')}
              </th>
            </tr>
          </thead>
          <tbody>
            {r.turns.map((t) => (
              <tr key={`${t.before}>${t.after}`}>
                <td>{wordOf(say, 'ruleOutcome', t.before)}</td>
                <td>
                  {t.before === t.after ? (
                    wordOf(say, 'ruleOutcome', t.after)
                  ) : (
                    <span className="chip warn">{wordOf(say, 'ruleOutcome', t.after)}</span>
                  )}
                </td>
                <td className="number">{t.count}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <table className="plain">
          <caption>{say('rules.firing')}</caption>
          <thead>
            <tr>
              <th scope="col">{say('held.rule')}</th>
              <th scope="col" className="number">
                {say('rules.count')}
              </th>
            </tr>
          </thead>
          <tbody>
            {r.rules.map((each) => (
              <tr key={each.rule}>
                <td className="mono">{each.rule}</td>
                <td className="number">{each.count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {r.changes.length > 0 && (
        <details>
          <summary>{say('rules.changes', { n: r.changes.length })}</summary>
          <Table
            label={say('rules.replayed')}
            columns={[say('audit.at'), say('rules.before'), say('rules.after'), say('held.rules')]}
            rows={r.changes.map((c) => ({
              key: c.id,
              cells: [
                atTime(c.at, language),
                wordOf(say, 'ruleOutcome', c.before),
                wordOf(say, 'ruleOutcome', c.after),
                <span key="rules" className="mono">
                  {c.rules.join(', ') || '–'}
                </span>,
              ],
            }))}
          />
        </details>
      )}
    </section>
  );
}

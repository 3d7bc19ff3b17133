import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { ask, type Schemas } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { announce } from '../../../ui/live-region.tsx';
import { api } from '../../api.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useSession } from '../../session.tsx';
import { useSay } from '../ops/texts.ts';
import { shortId } from '../../parts/short-id.ts';

type Run = Schemas['RunDto'];

/** Where a dry run stands on its way to being carried out: who asked for it, whether somebody did (C27). */
export function SecondPerson({ run }: { readonly run: Run }): ReactNode {
  const { say, language } = useSay();
  const me = useSession().id;
  if (run.basedOn)
    return (
      <p>
        {say('retention.basedOn')}{' '}
        <Link to={`/retention/${run.basedOn}`} className="mono">
          {shortId(run.basedOn)}
        </Link>
      </p>
    );
  if (!run.proposal) return null;
  const when = atTime(run.proposal.at, language);
  if (run.startedRunId)
    return (
      <p className="note good">
        {say('retention.carriedOut', { who: run.proposal.by, when })}{' '}
        <Link to={`/retention/${run.startedRunId}`} className="mono">
          {shortId(run.startedRunId)}
        </Link>
      </p>
    );
  return (
    <p className="note warn" data-testid="proposal">
      {run.proposal.by === me
        ? say('retention.needsOther', { when })
        : say('retention.proposedBy', { who: run.proposal.by, when })}
    </p>
  );
}

/** Counted again against the moment of the dry run, before the second person presses; with a difference nothing starts. */
export function Changes({ run }: { readonly run: Run }): ReactNode {
  const { say } = useSay();
  const query = useQuery({
    queryKey: ['retention-changes', run.id],
    queryFn: () => ask(api.GET('/v1/retention/runs/{id}/changes', { params: { path: { id: run.id } } })),
    refetchInterval: 30_000,
  });
  return (
    <section className="card" aria-label={say('retention.changes')} data-testid="changes">
      <h2>{say('retention.changes')}</h2>
      <Loaded query={query}>
        {({ changed }) =>
          changed.length === 0 ? (
            <p>{say('retention.unchanged')}</p>
          ) : (
            <>
              <p className="note bad">{say('retention.changed')}</p>
              <ul className="tight">
                {changed.map(({ recordClass, then, now }) => (
                  <li key={recordClass}>
                    <span className="mono">{recordClass}</span>{' '}
                    {say('retention.thenNow', { due: then.due, held: then.held, dueNow: now.due, heldNow: now.held })}
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </Loaded>
    </section>
  );
}

const propose = (run: Run, confirm: string): Promise<Run> =>
  ask(api.POST('/v1/retention/runs/{id}/proposal', { params: { path: { id: run.id } }, body: { confirm } }));
const start = (run: Run, confirm: string): Promise<Run> =>
  ask(
    api.POST('/v1/retention/runs/{id}/start', {
      params: { path: { id: run.id } },
      body: { confirm, reportSha256: run.reportSha256 ?? '' },
    }),
  );

/** Cannot be undone: the name is typed by both people, and what is started is this dry run and nothing else (C27). */
export function StartDialog({ run, onClose }: { readonly run: Run; readonly onClose: () => void }): ReactNode {
  const { say, language } = useSay();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const starting = run.actions.includes('start');
  const command = useMutation({
    mutationFn: () => (starting ? start : propose)(run, typed.trim()),
    onSuccess: (next) => {
      onClose();
      client.setQueryData(['retention-run', next.id], next);
      announce(say(starting ? 'retention.started' : 'retention.proposed'));
      if (next.id !== run.id) void navigate(`/retention/${next.id}`);
    },
    onError: () => void client.invalidateQueries({ queryKey: ['retention-changes', run.id] }),
  });
  const name = run.policyVersion;
  const words = { n: run.totals.due, held: run.totals.held, when: atTime(run.requestedAt, language) };
  return (
    <Dialog
      title={say(starting ? 'retention.startTitle' : 'retention.proposeTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say('common.cancel')}</Button>
          <Button
            danger
            type="primary"
            disabled={typed.trim() !== name}
            loading={command.isPending}
            onClick={() => command.mutate()}
          >
            {say(starting ? 'retention.start' : 'retention.propose', { n: run.totals.due })}
          </Button>
        </>
      }
    >
      <p>{say('retention.startText', words)}</p>
      {!starting && <p>{say('retention.proposeText')}</p>}
      <div className="field">
        <label htmlFor="typed">{say('retention.type', { name })}</label>
        <Input id="typed" value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
      </div>
      <ProblemNote error={command.error} />
    </Dialog>
  );
}

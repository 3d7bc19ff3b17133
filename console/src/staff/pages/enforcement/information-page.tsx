import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { ask, newKey, type Schemas } from '../../../api/client.ts';
import { comma } from '../../../i18n/comma.ts';
import { atTime } from '../../../i18n/times.ts';
import { announce } from '../../../ui/live-region.tsx';
import { api } from '../../api.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { Deadline } from '../../parts/deadline.tsx';
import { SelectField, TextField } from '../../parts/form-fields.tsx';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { UrlFilter, useUrlFilter } from '../../parts/url-filter.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { shortId } from '../../parts/short-id.ts';
import { Letter } from '../task/letter/letter.tsx';
import { useSay } from './texts.ts';

type Outcome = Schemas['OpenDisputeDto']['outcome'];
type Field = Schemas['OpenDisputeDto']['fields'][number];
const STATES = ['open', 'in_review', 'refused', 'resolved', 'withdrawn'] as const;
const CORRECTIONS = ['in_review', 'accepted', 'returned', 'refused', 'withdrawn'] as const;
const OUTCOMES: readonly Outcome[] = ['challenge', 'limit_features', 'refuse'];
const FIELDS: readonly Field[] = ['display_name', 'birth_date', 'phone', 'third_party_account', 'guardian'];

/** Information that is not true: what is disputed, and what people say is right instead (REG-3). */
export function InformationPage(): ReactNode {
  const { say } = useSay();
  const may = hasRole(useSession(), 'moderator', 'senior_moderator');
  const [opening, setOpening] = useState(false);
  return (
    <section className="page">
      <div className="row spread">
        <PageHeading>{say('nav.information')}</PageHeading>
        {may && (
          <Button type="primary" size="large" onClick={() => setOpening(true)}>
            {say('information.dispute')}
          </Button>
        )}
      </div>
      <Disputes may={may} />
      <Corrections />
      {opening && <DisputeDialog onClose={() => setOpening(false)} />}
    </section>
  );
}

function Disputes({ may }: { readonly may: boolean }): ReactNode {
  const { say } = useSay();
  const client = useQueryClient();
  const state = useUrlFilter('dispute', STATES);
  const withdraw = useMutation({
    mutationFn: (id: string) =>
      ask(
        api.POST('/v1/information-disputes/{id}/withdrawal', {
          params: { path: { id }, header: { 'Idempotency-Key': newKey() } },
        }),
      ),
    onSuccess: () => announce(say('information.withdrawn')),
    onSettled: () => client.invalidateQueries({ queryKey: ['information-disputes'] }),
  });
  return (
    <>
      <div className="row spread">
        <h2>{say('information.disputes')}</h2>
        <UrlFilter
          name="dispute"
          label={say('queue.state')}
          all={say('information.open')}
          options={STATES.map((value) => ({ value, label: wordOf(say, 'disputeState', value) }))}
        />
      </div>
      <ProblemNote error={withdraw.error} />
      <Paged
        name={['information-disputes', state]}
        label={say('information.disputes')}
        refresh={15_000}
        fetch={(cursor) =>
          ask(
            api.GET('/v1/information-disputes', {
              params: { query: { ...pageQuery(cursor), ...(state ? { state } : {}) } },
            }),
          )
        }
        columns={[
          say('account.title'),
          say('information.fields'),
          say('information.outcome'),
          say('decision.reason'),
          say('queue.state'),
          say('queue.deadline'),
          '',
        ]}
        row={(d) => ({
          key: d.id,
          cells: [
            <Link key="account" to={`/accounts/${d.accountId}`} className="mono">
              {shortId(d.accountId)}
            </Link>,
            d.fields.map((each) => wordOf(say, 'field', each)).join(comma()),
            wordOf(say, 'disputeOutcome', d.outcome),
            d.reason,
            <span key="state" className="chip">
              {wordOf(say, 'disputeState', d.state)}
            </span>,
            <Deadline key="due" dueAt={d.dueAt} endedAt={d.endedAt} />,
            may && d.endedAt === null ? (
              <Button loading={withdraw.isPending && withdraw.variables === d.id} onClick={() => withdraw.mutate(d.id)}>
                {say('information.withdraw')}
              </Button>
            ) : null,
          ],
        })}
      />
    </>
  );
}

function Corrections(): ReactNode {
  const { say, language } = useSay();
  const navigate = useNavigate();
  const state = useUrlFilter('correction', CORRECTIONS);
  const open = useMutation({
    mutationFn: (subjectId: string) => ask(api.GET('/v1/review-tasks', { params: { query: { subjectId, limit: 1 } } })),
    onSuccess: ({ items: [task] }) => task && navigate(`/tasks/${task.id}`),
  });
  return (
    <>
      <div className="row spread">
        <h2>{say('information.corrections')}</h2>
        <UrlFilter
          name="correction"
          label={say('queue.state')}
          all={wordOf(say, 'correctionState', 'in_review')}
          options={CORRECTIONS.filter((each) => each !== 'in_review').map((value) => ({
            value,
            label: wordOf(say, 'correctionState', value),
          }))}
        />
      </div>
      <ProblemNote error={open.error} />
      <Paged
        name={['information-corrections', state]}
        label={say('information.corrections')}
        refresh={15_000}
        fetch={(cursor) =>
          ask(
            api.GET('/v1/information-corrections', {
              params: { query: { ...pageQuery(cursor), ...(state ? { state } : {}) } },
            }),
          )
        }
        columns={[
          say('account.title'),
          say('information.kind'),
          say('queue.state'),
          say('queue.deadline'),
          say('information.filed'),
          '',
        ]}
        row={(c) => ({
          key: c.id,
          cells: [
            <Link key="account" to={`/accounts/${c.accountId}`} className="mono">
              {shortId(c.accountId)}
            </Link>,
            wordOf(say, 'correctionKind', c.kind),
            <span key="state" className="chip">
              {wordOf(say, 'correctionState', c.state)}
            </span>,
            <Deadline key="due" dueAt={c.dueAt} endedAt={c.decidedAt} />,
            atTime(c.filedAt, language),
            c.state === 'in_review' ? (
              <Button loading={open.isPending && open.variables === c.id} onClick={() => open.mutate(c.id)}>
                {say('information.openTask')}
              </Button>
            ) : null,
          ],
        })}
      />
    </>
  );
}

function DisputeDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { say } = useSay();
  const [accountId, setAccountId] = useState('');
  const [fields, setFields] = useState<readonly Field[]>(['display_name']);
  const [outcome, setOutcome] = useState<Outcome>('challenge');
  const [features, setFeatures] = useState('');
  const [reason, setReason] = useState('');
  const toggle = (field: Field): void =>
    setFields(fields.includes(field) ? fields.filter((each) => each !== field) : [...fields, field]);
  const named = features.split(/[,，、\s]+/).filter((each) => each !== '');
  return (
    <ActDialog
      title={say('information.dispute')}
      act={say('information.dispute')}
      ready={accountId.trim() !== '' && fields.length > 0 && reason.trim().length >= 5}
      send={(key) =>
        ask(
          api.POST('/v1/accounts/{id}/information-disputes', {
            params: { path: { id: accountId.trim() }, header: { 'Idempotency-Key': key } },
            body: {
              fields: [...fields],
              reason: reason.trim(),
              outcome,
              ...(outcome === 'limit_features' ? { features: named } : {}),
            },
          }),
        )
      }
      done={say('information.disputed')}
      changes={[['information-disputes']]}
      onClose={onClose}
    >
      <TextField name="id" label={say('holds.accountId')} value={accountId} max={36} mono onChange={setAccountId} />
      <fieldset className="choices">
        <legend>{say('information.fields')}</legend>
        {FIELDS.map((field) => (
          <label key={field}>
            <input type="checkbox" checked={fields.includes(field)} onChange={() => toggle(field)} />
            {wordOf(say, 'field', field)}
          </label>
        ))}
      </fieldset>
      <SelectField
        name="outcome"
        label={say('information.outcome')}
        value={outcome}
        options={OUTCOMES.map((value) => ({ value, label: wordOf(say, 'disputeOutcome', value) }))}
        onChange={(value) => setOutcome(OUTCOMES.find((each) => each === value) ?? 'challenge')}
      />
      {outcome === 'limit_features' && (
        <TextField name="features" label={say('case.features')} value={features} max={400} onChange={setFeatures} />
      )}
      <Letter
        notice={undefined}
        fields={[
          {
            at: '/reason',
            id: 'reason',
            label: say('information.reason'),
            max: 1000,
            value: reason,
            set: setReason,
            required: true,
          },
        ]}
      />
    </ActDialog>
  );
}

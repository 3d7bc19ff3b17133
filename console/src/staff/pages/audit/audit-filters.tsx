import { Button, Input } from 'antd';
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { SelectField, TextField } from '../../parts/form-fields.tsx';
import { wordOf } from '../../parts/word.ts';
import { useSay } from '../ops/texts.ts';

const KINDS = ['account', 'staff', 'service', 'guardian', 'system', 'public'] as const;
const TEXTS = ['accountId', 'targetId', 'actorId', 'type'] as const;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface AuditFilter {
  readonly accountId?: string;
  readonly targetId?: string;
  readonly actorId?: string;
  readonly type?: string;
  readonly actorKind?: (typeof KINDS)[number];
  readonly from?: string;
  readonly to?: string;
}

/** The address as a query; what could never match is not asked for. */
export function filterOf(params: URLSearchParams): AuditFilter {
  const texts = TEXTS.flatMap((name) => {
    const value = params.get(name)?.trim() ?? '';
    return value === '' || (name === 'accountId' && !ID.test(value)) ? [] : [[name, value]];
  });
  const kind = KINDS.find((each) => each === params.get('actorKind'));
  const day = (name: string, plusDays: number): string | undefined => {
    const at = new Date(`${params.get(name) ?? ''}T00:00`);
    if (Number.isNaN(at.getTime())) return undefined;
    at.setDate(at.getDate() + plusDays);
    return at.toISOString();
  };
  const from = day('from', 0);
  // The whole of the last day, in the viewer's zone.
  const to = day('to', 1);
  return {
    ...(Object.fromEntries(texts) as AuditFilter),
    ...(kind ? { actorKind: kind } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
  };
}

/** What is asked is asked by a press: half an id is no question. */
export function AuditFilters(): ReactNode {
  const { say } = useSay();
  const [params, setParams] = useSearchParams();
  const stood = Object.fromEntries([...TEXTS, 'actorKind', 'from', 'to'].map((name) => [name, params.get(name) ?? '']));
  const [asked, setAsked] = useState<Readonly<Record<string, string>>>(stood);
  const address = params.toString();
  useEffect(() => setAsked(stood), [address]);
  const set = (name: string) => (value: string) => setAsked({ ...asked, [name]: value });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setParams(Object.fromEntries(Object.entries(asked).filter(([, value]) => value.trim() !== '')));
  };
  return (
    <form className="card filter-form" onSubmit={send} role="search" aria-label={say('queue.filters')}>
      {(['accountId', 'targetId'] as const).map((name) => (
        <TextField
          key={name}
          name={name}
          label={say(`audit.${name}`)}
          value={asked[name] ?? ''}
          max={name === 'accountId' ? 36 : 200}
          mono
          onChange={set(name)}
        />
      ))}
      <div className="field">
        <label htmlFor="field-type">{say('audit.type')}</label>
        <Input
          id="field-type"
          className="mono"
          placeholder="decision.taken"
          value={asked['type'] ?? ''}
          onChange={(event) => set('type')(event.target.value)}
        />
      </div>
      <SelectField
        name="actorKind"
        label={say('audit.who')}
        value={asked['actorKind'] ?? ''}
        options={[
          { value: '', label: say('queue.all') },
          ...KINDS.map((value) => ({ value, label: wordOf(say, 'actor', value) })),
        ]}
        onChange={set('actorKind')}
      />
      <TextField
        name="actorId"
        label={say('audit.actorId')}
        value={asked['actorId'] ?? ''}
        max={200}
        mono
        onChange={set('actorId')}
      />
      <TextField
        name="from"
        label={say('audit.from')}
        type="date"
        value={asked['from'] ?? ''}
        max={10}
        onChange={set('from')}
      />
      <TextField
        name="to"
        label={say('audit.to')}
        type="date"
        value={asked['to'] ?? ''}
        max={10}
        onChange={set('to')}
      />
      <div className="row">
        <Button type="primary" htmlType="submit">
          {say('audit.find')}
        </Button>
        {address !== '' && (
          <Button type="text" onClick={() => setParams({})}>
            {say('audit.clear')}
          </Button>
        )}
      </div>
    </form>
  );
}

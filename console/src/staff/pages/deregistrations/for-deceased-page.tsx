import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { ask, newKey, type Schemas } from '../../../api/client.ts';
import { atTime, onDay } from '../../../i18n/times.ts';
import { useDraft } from '../../../ui/drafts.ts';
import { announce } from '../../../ui/live-region.tsx';
import { api } from '../../api.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { TextField } from '../../parts/form-fields.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { hasRole, useSession } from '../../session.tsx';
import { useSay } from '../../use-say.ts';

type Opened = Schemas['OpenedForDeceasedDto'];

const EMPTY = { accountId: '', relationship: '', evidence: '', interest: '', looked: false, key: '' };

/** Relatives of somebody who died asked in writing: opened here, decided by somebody else, and nobody gets the account (REG-4). */
export function ForDeceasedPage(): ReactNode {
  const { say } = useSay();
  const session = useSession();
  const [params] = useSearchParams();
  const draft = useDraft(session.id, 'for-deceased', { ...EMPTY, accountId: params.get('accountId') ?? '' });
  const { value } = draft;
  const opening = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/v1/deregistrations', {
          params: { header: { 'Idempotency-Key': value.key } },
          body: {
            accountId: value.accountId.trim(),
            relationship: value.relationship.trim(),
            evidence: value.evidence.trim(),
            interest: value.interest.trim(),
            noOtherArrangement: value.looked,
          },
        }),
      ),
    onSuccess: () => {
      draft.clear();
      announce(say('deceased.opened'));
    },
  });
  const set = (change: Partial<typeof EMPTY>): void => draft.set({ ...change, key: newKey() });
  const words = ['accountId', 'relationship', 'evidence', 'interest'] as const;
  const complete = words.every((name) => value[name].trim() !== '') && value.looked;
  const may = hasRole(session, 'legal', 'senior_moderator');
  return (
    <section className="page">
      <p className="crumbs">
        <Link to="/deregistrations">{say('nav.deregistrations')}</Link>
      </p>
      <PageHeading>{say('deceased.title')}</PageHeading>
      {!may && <p className="note">{say('whyNot.role_needed')}</p>}
      {may && opening.data && <OpenedNote opened={opening.data} />}
      {may && !opening.data && (
        <form
          className="card"
          onSubmit={(event) => {
            event.preventDefault();
            if (complete && !opening.isPending) opening.mutate();
          }}
        >
          <p>{say('deceased.lead')}</p>
          <ProblemNote error={opening.error} />
          {words.map((name) => (
            <TextField
              key={name}
              name={name}
              label={say(`deceased.${name}`)}
              {...(name === 'accountId' ? { mono: true } : { hint: say(`deceased.${name}Hint`) })}
              max={{ accountId: 36, relationship: 40, evidence: 400, interest: 400 }[name]}
              {...(name === 'evidence' || name === 'interest' ? { rows: 3 } : {})}
              value={value[name]}
              onChange={(text) => set({ [name]: text })}
            />
          ))}
          <label className="tick" id="field-noOtherArrangement">
            <input type="checkbox" checked={value.looked} onChange={(event) => set({ looked: event.target.checked })} />
            {say('deceased.looked')}
          </label>
          <p>
            <Button type="primary" htmlType="submit" disabled={!complete} loading={opening.isPending}>
              {say('deceased.open')}
            </Button>
          </p>
        </form>
      )}
    </section>
  );
}

/** The link is for the relative and is told once: here, and nowhere else. */
function OpenedNote({ opened }: { readonly opened: Opened }): ReactNode {
  const { say, language } = useSay();
  const link = `${location.origin}/account/deregistrations/${opened.id}#${opened.accessToken}`;
  return (
    <div className="note good" data-testid="opened">
      <p>
        <strong>{say('deceased.opened')}</strong>
      </p>
      <p>
        {say('deceased.until', {
          when: atTime(opened.coolingOffEndsAt, language),
          day: onDay(opened.dueDay, language),
        })}
        {opened.dueProvisional && ` · ${say('deadline.provisional')}`}
      </p>
      <p>{say('deceased.link')}</p>
      <p className="mono hash">{link}</p>
      <div className="row">
        <CopyButton text={link}>{say('deceased.copy')}</CopyButton>
        <Link to={`/deregistrations/${opened.id}`}>{say('dereg.title')}</Link>
      </div>
    </div>
  );
}

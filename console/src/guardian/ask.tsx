import type { ReactNode } from 'react';
import { moment } from '../people/moment.ts';
import { AgreementLink } from '../people/agreement.tsx';
import { Choices, Heading } from '../people/parts.tsx';
import { useService } from '../people/service.ts';
import { api, type Page } from './api.ts';
import type { Step } from './steps.ts';
import { type TextId, useSay } from './texts.ts';

/** Who asks, for what and why, in words for the adult; consent and refusal side by side (C25). */
export function Ask({ page, go }: { readonly page: Page; readonly go: (step: Step) => void }): ReactNode {
  const { say, language } = useSay();
  const service = useService();
  const relationship = say(`relationship.${page.relationship}` as TextId);
  return (
    <>
      <Heading>{say('ask.title')}</Heading>
      <p>{say('ask.lead', { service })}</p>
      <dl className="facts card">
        <dt>{say('ask.who')}</dt>
        <dd>{say('ask.whoValue', { phone: page.wardPhone, band: say(`band.${page.band}` as TextId) })}</dd>
        <dt>{say('ask.you')}</dt>
        <dd>{say('ask.youValue', { relationship, phone: page.guardianPhone })}</dd>
        <dt>{say('ask.until')}</dt>
        <dd>{moment(page.decideBefore, language)}</dd>
      </dl>
      <Choices>
        <button type="button" onClick={() => go('approve')}>
          {say('ask.approve')}
        </button>
        <button type="button" onClick={() => go('refuse')}>
          {say('ask.refuse')}
        </button>
      </Choices>
      <button type="button" className="quiet link" onClick={() => go('notMine')}>
        {say('ask.notMine')}
      </button>
      <h2>{say('ask.what')}</h2>
      <p>{say('ask.whatText')}</p>
      {page.agreements.map((each) => (
        <AgreementLink key={each.documentId} api={api} documentId={each.documentId} version={each.version} />
      ))}
      <h2>{say('ask.why')}</h2>
      <p>{say('ask.whyText')}</p>
      <p className="muted">{say('ask.else')}</p>
      {page.actions.includes('deregister') && (
        <button type="button" className="quiet link" onClick={() => go('deregister')}>
          {say('manage.deregister')}
        </button>
      )}
    </>
  );
}

import type { ReactNode } from 'react';
import type { Schemas } from '../api/client.ts';
import { missing } from '../people/faults.ts';
import { CheckedForm, SendButton } from '../people/form.tsx';
import { moment } from '../people/moment.ts';
import { useOnceKey } from '../people/once-key.ts';
import { AreaField, ErrorSummary, Heading, TextField, Told } from '../people/parts.tsx';
import { multipart, UploadField } from '../people/upload-field.tsx';
import { useForm } from '../people/use-form.ts';
import { announce } from '../ui/live-region.tsx';
import { Home, legalDay, Shown } from './parts.tsx';
import { api, mine } from './session.ts';
import { type TextId, useSay, wordFor } from './texts.ts';
import { useLoad } from './use-load.ts';

type Dispute = Schemas['InformationDisputeDto'];
type Correction = Schemas['MyInformationCorrectionDto'];

/** What I told about myself: what is disputed and how to put it right, and a birth date that was entered wrongly (2.2, 2.3(1)). */
export function InformationPage(): ReactNode {
  const { say, language } = useSay();
  const loaded = useLoad(async () => {
    const [account, disputes, corrections] = await Promise.all([
      mine(() => api.GET('/v1/accounts/me')),
      mine(() => api.GET('/v1/accounts/me/information-disputes')),
      mine(() => api.GET('/v1/accounts/me/information-corrections')),
    ]);
    return { account, disputes: disputes.items, corrections: corrections.items };
  });
  return (
    <>
      <Heading>{say('information.title')}</Heading>
      <Shown loaded={loaded}>
        {({ account, disputes, corrections }) => {
          const live = disputes.filter((each) => each.endedAt === null);
          const answerable = live.find((each) => each.state === 'open' || each.state === 'refused');
          const waiting = corrections.some((each) => each.state === 'in_review');
          return (
            <>
              {live.map((each) => (
                <DisputeCard key={each.id} dispute={each} />
              ))}
              {answerable && <Correct fields={answerable.fields} changed={loaded.reload} />}
              <dl className="facts card">
                <dt>{say('home.name')}</dt>
                <dd>{account.displayName ?? say('information.noName')}</dd>
                <dt>{say('register.birthDate')}</dt>
                <dd>{account.birthDate ? legalDay(account.birthDate, language) : '—'}</dd>
              </dl>
              {!waiting && !answerable && <CorrectBirthDate changed={loaded.reload} />}
              {corrections.length > 0 && <Corrections items={corrections} reload={loaded.reload} />}
            </>
          );
        }}
      </Shown>
      <Home />
    </>
  );
}

function DisputeCard({ dispute }: { readonly dispute: Dispute }): ReactNode {
  const { say, language } = useSay();
  return (
    <section className="card warn">
      <h2>{say('information.disputed')}</h2>
      <ul>
        {dispute.fields.map((field) => (
          <li key={field}>{wordFor(say, `disputed.${field}`, 'disputed.other')}</li>
        ))}
      </ul>
      <p className="words">{dispute.reason}</p>
      <Told>
        {dispute.state === 'in_review'
          ? say('information.inReview')
          : dispute.state === 'refused'
            ? say('information.refused')
            : say('information.due', { time: moment(dispute.dueAt, language) })}
      </Told>
    </section>
  );
}

/** In words, and with the right value where it is one that can be typed. */
function Correct({ fields, changed }: { readonly fields: readonly string[]; readonly changed: () => void }): ReactNode {
  const { say } = useSay();
  const keyOf = useOnceKey();
  const form = useForm({ displayName: '', birthDate: '', why: '' }, { '/statement': 'why' });
  const { value, set, faults } = form;
  const send = async (): Promise<void> => {
    const body = {
      statement: value.why.trim(),
      ...(value.displayName.trim() === '' ? {} : { displayName: value.displayName.trim() }),
      ...(value.birthDate === '' ? {} : { birthDate: value.birthDate }),
    };
    const params = { header: { 'Idempotency-Key': keyOf(body) } };
    await mine(() => api.POST('/v1/accounts/me/information-corrections', { params, body }));
    announce(say('information.sent'));
    changed();
  };
  return (
    <CheckedForm form={form} className="card" send={send} check={[value.why.trim().length < 5 && missing('why')]}>
      <h2>{say('information.correct')}</h2>
      <ErrorSummary form={form} />
      {fields.includes('display_name') && (
        <TextField
          id="displayName"
          label={say('register.name')}
          faults={faults}
          value={value.displayName}
          onText={(displayName) => set({ displayName })}
          autoComplete="nickname"
          maxLength={40}
        />
      )}
      {fields.includes('birth_date') && (
        <TextField
          id="birthDate"
          type="date"
          label={say('register.birthDate')}
          faults={faults}
          value={value.birthDate}
          onText={(birthDate) => set({ birthDate })}
          autoComplete="bday"
        />
      )}
      <AreaField
        id="why"
        label={say('information.why')}
        maxLength={2000}
        faults={faults}
        value={value.why}
        onText={(why) => set({ why })}
      />
      <SendButton form={form} className="button">
        {say('information.send')}
      </SendButton>
    </CheckedForm>
  );
}

function CorrectBirthDate({ changed }: { readonly changed: () => void }): ReactNode {
  const { say } = useSay();
  const keyOf = useOnceKey();
  const form = useForm({ birthDate: '', why: '' }, { '/statement': 'why', birth_date_not_plausible: 'birthDate' });
  const { value, set, faults } = form;
  const send = async (): Promise<void> => {
    const body = { birthDate: value.birthDate, statement: value.why.trim() };
    const params = { header: { 'Idempotency-Key': keyOf(body) } };
    await mine(() => api.POST('/v1/accounts/me/birth-date-corrections', { params, body }));
    announce(say('information.sent'));
    changed();
  };
  return (
    <details className="card">
      <summary>{say('information.wrongBirthDate')}</summary>
      <CheckedForm
        form={form}
        send={send}
        check={[value.birthDate === '' && missing('birthDate'), value.why.trim().length < 5 && missing('why')]}
      >
        <p>{say('information.birthDateLead')}</p>
        <ErrorSummary form={form} />
        <TextField
          id="birthDate"
          type="date"
          label={say('information.rightBirthDate')}
          faults={faults}
          value={value.birthDate}
          onText={(birthDate) => set({ birthDate })}
          autoComplete="bday"
        />
        <AreaField
          id="why"
          label={say('information.howWrong')}
          rows={3}
          maxLength={2000}
          faults={faults}
          value={value.why}
          onText={(why) => set({ why })}
        />
        <SendButton form={form} className="button">
          {say('information.send')}
        </SendButton>
      </CheckedForm>
    </details>
  );
}

/** As src/modules/information/information-files.service.ts has them. */
const MOST_BYTES = 5 * 1024 * 1024;
const MOST_FILES = 5;

interface CorrectionProps {
  readonly correction: Correction;
  readonly reload: () => void;
}

/** A document that shows it, while somebody looks: quicker for both than another round of words. */
function Files({ correction: { id, files }, reload }: CorrectionProps): ReactNode {
  const { say } = useSay();
  const send = async (file: File): Promise<void> => {
    const params = { path: { id } };
    await mine(() => api.POST('/v1/accounts/me/information-corrections/{id}/files', { params, ...multipart(file) }));
    reload();
  };
  return (
    <UploadField
      id={`files-${id}`}
      label={say('information.files')}
      maxBytes={MOST_BYTES}
      maxFiles={MOST_FILES}
      sent={files.map((each) => ({ ...each, bytes: each.sizeBytes }))}
      send={send}
    />
  );
}

interface CorrectionsProps {
  readonly items: readonly Correction[];
  readonly reload: () => void;
}

function Corrections({ items, reload }: CorrectionsProps): ReactNode {
  const { say, language } = useSay();
  return (
    <section className="card">
      <h2>{say('information.corrections')}</h2>
      <ul className="plain">
        {items.map((each) => (
          <li key={each.id}>
            <strong>{say(`correction.${each.state}` as TextId)}</strong>{' '}
            <span className="muted">{moment(each.filedAt, language)}</span>
            {each.state === 'in_review' && (
              <>
                <div>{say('information.by', { time: moment(each.dueAt, language) })}</div>
                <Files correction={each} reload={reload} />
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { ask, type Schemas } from '../api/client.ts';
import { isProblem } from '../api/problem.ts';
import { missing } from '../people/faults.ts';
import { CheckedForm, SendButton } from '../people/form.tsx';
import { moment } from '../people/moment.ts';
import { useOnceKey } from '../people/once-key.ts';
import { AreaField, CopyButton, ErrorSummary, Told } from '../people/parts.tsx';
import { MOST_PROOF_BYTES, multipart, UploadField } from '../people/upload-field.tsx';
import { useForm } from '../people/use-form.ts';
import { Shown } from './parts.tsx';
import { api } from './session.ts';
import { useSay } from './texts.ts';
import { useLoad } from './use-load.ts';

/** As src/modules/enforcement/objections/objection-files.service.ts has it. */
const MOST_FILES = 10;

type Objection = Schemas['BanObjectionDto'];

/** "This number is mine now": who met somebody else's ban is heard without an account, and reads the answer here (7.1). */
export function BanObjection({ registrationId }: { readonly registrationId: string }): ReactNode {
  const { say } = useSay();
  const params = { path: { id: registrationId } };
  const loaded = useLoad(
    () =>
      ask(api.GET('/v1/registrations/{id}/ban-objection', { params })).catch((error: unknown) => {
        if (isProblem(error, 'objection_not_found')) return null;
        throw error;
      }),
    registrationId,
  );
  return (
    <section className="card">
      <h2>{say('banObjection.title')}</h2>
      <Shown loaded={loaded}>
        {(objection) =>
          objection === null ? (
            <File registrationId={registrationId} filed={loaded.reload} />
          ) : (
            <Filed objection={objection} registrationId={registrationId} reload={loaded.reload} />
          )
        }
      </Shown>
    </section>
  );
}

function File({ registrationId, filed }: { readonly registrationId: string; readonly filed: () => void }): ReactNode {
  const { say } = useSay();
  const keyOf = useOnceKey();
  const form = useForm({ text: '' });
  const text = form.value.text.trim();
  const send = async (): Promise<void> => {
    const params = { path: { id: registrationId }, header: { 'Idempotency-Key': keyOf({ text }) } };
    await ask(api.POST('/v1/registrations/{id}/ban-objection', { params, body: { text } }));
    filed();
  };
  return (
    <CheckedForm form={form} send={send} check={[text === '' && missing('text')]}>
      <p>{say('banObjection.lead')}</p>
      <ErrorSummary form={form} />
      <AreaField
        id="text"
        label={say('banObjection.text')}
        hint={say('banObjection.hint')}
        maxLength={4000}
        faults={form.faults}
        value={form.value.text}
        onText={(words) => form.set({ text: words })}
      />
      <SendButton form={form} className="button">
        {say('banObjection.send')}
      </SendButton>
      <p className="muted">{say('appeal.filesLater')}</p>
    </CheckedForm>
  );
}

interface FiledProps {
  readonly objection: Objection;
  readonly registrationId: string;
  readonly reload: () => void;
}

function Filed({ objection, registrationId, reload }: FiledProps): ReactNode {
  const { say, language } = useSay();
  const { state, text, answer, dueAt, files } = objection;
  const show = async (chosen: File): Promise<void> => {
    const params = { path: { id: registrationId } };
    await ask(api.POST('/v1/registrations/{id}/ban-objection/files', { params, ...multipart(chosen) }));
    reload();
  };
  return (
    <>
      <Told atOnce={state === 'filed'}>{say(`banObjection.${state}`, { time: moment(dueAt, language) })}</Told>
      {text !== null && (
        <>
          <h3>{say('appeal.you')}</h3>
          <p className="words">{text}</p>
        </>
      )}
      {(state === 'filed' || files.length > 0) && (
        <UploadField
          id="objection-files"
          label={say('appeal.files')}
          maxBytes={MOST_PROOF_BYTES}
          maxFiles={MOST_FILES}
          sent={files.map((each) => ({ ...each, bytes: each.sizeBytes }))}
          send={state === 'filed' ? show : undefined}
        />
      )}
      {answer !== null && (
        <>
          <h3>{say('appeal.us')}</h3>
          <p className="words">{answer}</p>
        </>
      )}
      {state === 'cleared' && (
        <Link className="button" to="/register">
          {say('register.title')}
        </Link>
      )}
      {state === 'filed' && (
        <>
          <p>{say('register.heldLink')}</p>
          <CopyButton text={location.href} label={say('track.copy')} />
        </>
      )}
    </>
  );
}

import { type ReactNode, useState } from 'react';
import { useLocation, useNavigate, useParams } from 'react-router';
import { ask } from '../api/client.ts';
import { moment } from '../people/moment.ts';
import { missing } from '../people/faults.ts';
import { useOnceKey } from '../people/once-key.ts';
import { AreaField, CodeField, CopyButton, ErrorSummary, Heading, TextField } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { Home, Shown } from './parts.tsx';
import { api } from './session.ts';
import { useSay } from './texts.ts';
import { useLoad } from './use-load.ts';

/** The way back for somebody whose number is lost: no session, a number that works, a person who looks at it. */
export function RecoverPage(): ReactNode {
  const { say } = useSay();
  const navigate = useNavigate();
  const keyOf = useOnceKey();
  const form = useForm(
    { lostPhone: '', newPhone: '', code: '', statement: '', displayName: '', birthDate: '' },
    { phone_invalid: 'newPhone' },
  );
  const { value, set, faults } = form;
  const send = async (): Promise<void> => {
    const { displayName, birthDate, ...needed } = value;
    const body = {
      ...needed,
      ...(displayName.trim() === '' ? {} : { displayName: displayName.trim() }),
      ...(birthDate === '' ? {} : { birthDate }),
    };
    const params = { header: { 'Idempotency-Key': keyOf(body) } };
    const filed = await ask(api.POST('/v1/recovery-appeals', { params, body }));
    await navigate(`/recover/${filed.id}#${filed.token}`, { replace: true });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit(send, [
          value.lostPhone.trim() === '' && missing('lostPhone'),
          value.newPhone.trim() === '' && missing('newPhone'),
          value.statement.trim().length < 10 && missing('statement'),
          value.code.length !== 6 && missing('code'),
        ]);
      }}
    >
      <Heading>{say('recover.title')}</Heading>
      <p>{say('recover.lead')}</p>
      <ErrorSummary form={form} />
      <TextField
        id="lostPhone"
        type="tel"
        label={say('recover.lostPhone')}
        hint={say('phone.hint')}
        faults={faults}
        value={value.lostPhone}
        onText={(lostPhone) => set({ lostPhone })}
      />
      <TextField
        id="newPhone"
        type="tel"
        label={say('recover.newPhone')}
        faults={faults}
        value={value.newPhone}
        onText={(newPhone) => set({ newPhone })}
        autoComplete="tel"
      />
      <AreaField
        id="statement"
        label={say('recover.statement')}
        hint={say('recover.statementHint')}
        maxLength={4000}
        faults={faults}
        value={value.statement}
        onText={(statement) => set({ statement })}
      />
      <TextField
        id="displayName"
        label={say('recover.displayName')}
        optional
        faults={faults}
        value={value.displayName}
        onText={(displayName) => set({ displayName })}
        maxLength={64}
      />
      <TextField
        id="birthDate"
        type="date"
        label={say('recover.birthDate')}
        optional
        faults={faults}
        value={value.birthDate}
        onText={(birthDate) => set({ birthDate })}
      />
      <CodeField
        value={value.code}
        onText={(code) => set({ code })}
        faults={faults}
        send={() => ask(api.POST('/v1/recovery-appeals/codes', { body: { phone: value.newPhone } }))}
      />
      <button type="submit" className="button main" disabled={form.busy}>
        {form.busy ? say('common.working') : say('recover.do')}
      </button>
      <Home />
    </form>
  );
}

/** How the appeal stands, for whoever holds its link; files can be added while it is looked at. */
export function RecoveryPage(): ReactNode {
  const { say, language } = useSay();
  const { id = '' } = useParams();
  const { hash } = useLocation();
  const token = hash.slice(1);
  const form = useForm({}, { evidence_refused: 'evidence' });
  const [headers] = useState({ 'Recovery-Token': token });
  const loaded = useLoad(() => ask(api.GET('/v1/recovery-appeals/{id}', { params: { path: { id } }, headers })));
  const add = (file: File) => async (): Promise<void> => {
    const body = new FormData();
    body.append('file', file);
    await ask(
      api.POST('/v1/recovery-appeals/{id}/evidence', {
        params: { path: { id } },
        headers,
        body: body as never,
        bodySerializer: (each) => each as unknown as FormData,
      }),
    );
    loaded.reload();
  };
  return (
    <>
      <Heading>{say('recover.filed')}</Heading>
      <Shown loaded={loaded}>
        {(appeal) => (
          <>
            <section className="card">
              <p className="status" role="status">
                {say(`recover.state.${appeal.state}`)}
              </p>
              <dl className="facts">
                <dt>{say('track.reference')}</dt>
                <dd className="mono">{id}</dd>
                <dt>{say('track.requested')}</dt>
                <dd>{moment(appeal.filedAt, language)}</dd>
                {appeal.decidedAt === null ? (
                  <>
                    <dt>{say('appeal.due')}</dt>
                    <dd>{moment(appeal.dueAt, language)}</dd>
                  </>
                ) : (
                  <>
                    <dt>{say('recover.decided')}</dt>
                    <dd>{moment(appeal.decidedAt, language)}</dd>
                  </>
                )}
              </dl>
            </section>
            {appeal.state === 'in_review' && (
              <section className="card">
                <h2>{say('recover.files')}</h2>
                <ErrorSummary form={form} />
                <TextField
                  id="evidence"
                  type="file"
                  label={say('recover.files')}
                  hint={say('recover.filesHint')}
                  accept="image/jpeg,image/png,image/webp,application/pdf"
                  faults={form.faults}
                  disabled={form.busy}
                  onText={() => undefined}
                  onInput={(event) => {
                    const file = event.currentTarget.files?.[0];
                    if (file) void form.submit(add(file));
                  }}
                />
                <p role="status">{say('recover.fileCount', { count: appeal.evidence.length })}</p>
              </section>
            )}
            <section className="card">
              <h2>{say('track.link')}</h2>
              <p>{say('recover.linkText')}</p>
              <CopyButton text={location.href} label={say('track.copy')} />
            </section>
          </>
        )}
      </Shown>
      <Home />
    </>
  );
}

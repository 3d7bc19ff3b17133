import { type ReactNode, useState } from 'react';
import { CheckedForm, SendButton } from '../people/form.tsx';
import { moment } from '../people/moment.ts';
import { AreaField, ErrorSummary } from '../people/parts.tsx';
import { MOST_PROOF_BYTES, UploadField } from '../people/upload-field.tsx';
import { useForm } from '../people/use-form.ts';
import { serverNow } from '../ui/server-clock.ts';
import { Dialogue } from './dialogue.tsx';
import { type TextId, useSay, wordFor } from './texts.ts';

/** As src/modules/enforcement/appeals/appeal-files.service.ts has it. */
const MOST_FILES = 10;

interface NewAppealProps {
  readonly decisionId: string;
  readonly until: string;
  readonly file: (text: string) => Promise<void>;
}

/** Asking to look again (6): who looks and until when it can be asked for stand before the words. */
export function NewAppeal({ decisionId, until, file }: NewAppealProps): ReactNode {
  const { say, language } = useSay();
  const [open, setOpen] = useState(false);
  const field = `appeal-${decisionId}`;
  const form = useForm({ text: '' }, { '/text': field });
  const text = form.value.text.trim();
  if (Date.parse(until) < serverNow()) return <p>{say('appeal.over')}</p>;
  if (!open)
    return (
      <section>
        <h3>{say('appeal.disagree')}</h3>
        <p>{say('appeal.until', { time: moment(until, language) })}</p>
        <button type="button" className="button" onClick={() => setOpen(true)}>
          {say('appeal.do')}
        </button>
      </section>
    );
  return (
    <CheckedForm form={form} send={() => file(text)} check={[text === '' && { field, code: 'field.text' }]}>
      <h3>{say('appeal.title')}</h3>
      <p>{say('appeal.lead')}</p>
      <p className="muted">
        {say('common.labelled', { label: say('decisions.appealUntil'), value: moment(until, language) })}
      </p>
      <ErrorSummary form={form} />
      <AreaField
        id={field}
        label={say('appeal.text')}
        maxLength={4000}
        faults={form.faults}
        value={form.value.text}
        onText={(words) => form.set({ text: words })}
        autoFocus
      />
      <p className="muted">{say('appeal.filesLater')}</p>
      <SendButton form={form} className="button">
        {say('appeal.send')}
      </SendButton>
    </CheckedForm>
  );
}

interface AppealThreadProps {
  readonly appeal: {
    readonly id: string;
    readonly state: string;
    readonly dueAt: string;
    readonly messages: readonly { readonly fromStaff: boolean; readonly text: string | null; readonly at: string }[];
    readonly files: readonly { readonly id: string; readonly mediaType: string; readonly sizeBytes: number }[];
  };
  readonly write: (text: string) => Promise<void>;
  readonly show: (file: File) => Promise<void>;
  readonly withdraw?: () => Promise<void>;
}

/** The dialogue; a decided appeal always has an answer in words, as the last of ours. */
export function AppealThread({ appeal, write, show, withdraw }: AppealThreadProps): ReactNode {
  const { say, language } = useSay();
  const field = `message-${appeal.id}`;
  const form = useForm({ text: '' }, { '/text': field });
  const live = appeal.state === 'filed' || appeal.state === 'in_review';
  const text = form.value.text.trim();
  const send = async (): Promise<void> => {
    await write(text);
    form.set({ text: '' });
  };
  return (
    <section>
      <h3>
        {say('common.labelled', {
          label: say('appeal.mine'),
          value: wordFor(say, `appealState.${appeal.state}`, 'appealState.in_review' satisfies TextId),
        })}
      </h3>
      {live && <p>{say('common.labelled', { label: say('appeal.due'), value: moment(appeal.dueAt, language) })}</p>}
      <Dialogue messages={appeal.messages} />
      {(live || appeal.files.length > 0) && (
        <UploadField
          id={`files-${appeal.id}`}
          label={say('appeal.files')}
          maxBytes={MOST_PROOF_BYTES}
          maxFiles={MOST_FILES}
          sent={appeal.files.map((each) => ({ ...each, bytes: each.sizeBytes }))}
          send={live ? show : undefined}
        />
      )}
      {live && (
        <CheckedForm form={form} send={send} check={[text === '' && { field, code: 'field.text' }]}>
          <ErrorSummary form={form} />
          <AreaField
            id={field}
            label={say('appeal.more')}
            rows={3}
            maxLength={4000}
            faults={form.faults}
            value={form.value.text}
            onText={(words) => form.set({ text: words })}
          />
          <div className="row">
            <button type="submit" className="button" disabled={form.busy}>
              {say('appeal.sendMore')}
            </button>
            {withdraw && (
              <button type="button" className="button" disabled={form.busy} onClick={() => void form.submit(withdraw)}>
                {say('appeal.withdraw')}
              </button>
            )}
          </div>
        </CheckedForm>
      )}
    </section>
  );
}

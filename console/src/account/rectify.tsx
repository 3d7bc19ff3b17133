import type { ReactNode } from 'react';
import type { Schemas } from '../api/client.ts';
import { CheckedForm, SendButton } from '../people/form.tsx';
import { moment } from '../people/moment.ts';
import { AreaField, ErrorSummary, Told } from '../people/parts.tsx';
import { MOST_PROOF_BYTES, multipart, UploadField } from '../people/upload-field.tsx';
import { useForm } from '../people/use-form.ts';
import { Dialogue } from './dialogue.tsx';
import { api, mine } from './session.ts';
import { type TextId, useSay } from './texts.ts';

/** As src/modules/enforcement/sanctions/rectification-files.service.ts has it. */
const MOST_FILES = 5;
const OPEN: readonly string[] = ['ordered', 'returned', 'overdue', 'escalated'];

interface RectifyProps {
  readonly order: Schemas['MyRectificationDto'];
  readonly instructions: string | undefined;
  readonly reload: () => void;
}

/** What is to be put right and by when; answered in words and files; our answer beside it (7.1, ENF-2). */
export function Rectify({ order, instructions, reload }: RectifyProps): ReactNode {
  const { say, language } = useSay();
  const { sanctionId } = order;
  const field = `rectify-${sanctionId}`;
  const form = useForm({ text: '' }, { '/text': field });
  const text = form.value.text.trim();
  const params = { path: { id: sanctionId } };
  const send = async (): Promise<void> => {
    await mine(() => api.POST('/v1/sanctions/{id}/rectification-submissions', { params, body: { text } }));
    form.set({ text: '' });
    reload();
  };
  const upload = async (file: File): Promise<void> => {
    await mine(() => api.POST('/v1/sanctions/{id}/rectification-files', { params, ...multipart(file) }));
    reload();
  };
  const ended = order.state === 'accepted' || order.state === 'withdrawn';
  return (
    <CheckedForm form={form} send={send} check={[text === '' && { field, code: 'field.text' }]}>
      <h3>{say('rectify.title')}</h3>
      {instructions && <p className="words">{instructions}</p>}
      <Told>
        {`${say(`rectify.${order.state}`)}${ended ? '' : ` ${say('rectify.by', { time: moment(order.dueAt, language) })}`}`}
      </Told>
      <Dialogue
        messages={order.entries.map((each) => ({ ...each, what: say(`rectify.entry.${each.kind}` as TextId) }))}
      />
      {!ended && (
        <UploadField
          id={`files-${sanctionId}`}
          label={say('rectify.files')}
          maxBytes={MOST_PROOF_BYTES}
          maxFiles={MOST_FILES}
          sent={order.files.map((each) => ({ ...each, bytes: each.sizeBytes }))}
          send={upload}
        />
      )}
      {OPEN.includes(order.state) && (
        <>
          <ErrorSummary form={form} />
          <AreaField
            id={field}
            label={say('rectify.text')}
            maxLength={4000}
            faults={form.faults}
            value={form.value.text}
            onText={(words) => form.set({ text: words })}
          />
          <SendButton form={form} className="button">
            {say('rectify.send')}
          </SendButton>
        </>
      )}
    </CheckedForm>
  );
}

import type { ReactNode } from 'react';
import type { Schemas } from '../api/client.ts';
import { moment } from '../people/moment.ts';
import { MOST_PROOF_BYTES, multipart, UploadField } from '../people/upload-field.tsx';
import { api, mine } from './session.ts';
import { type TextId, useSay } from './texts.ts';

type Correction = Schemas['MyInformationCorrectionDto'];

/** As src/modules/information/information-files.service.ts has it. */
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
      maxBytes={MOST_PROOF_BYTES}
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

/** What was sent in, how each stands, and files for what is still looked at. */
export function Corrections({ items, reload }: CorrectionsProps): ReactNode {
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

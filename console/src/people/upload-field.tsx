import { type ReactNode, useState } from 'react';
import { announce } from '../ui/live-region.tsx';
import { type Fault, faultsOf, wordsOf } from './faults.ts';
import { useCommon } from './texts.ts';

export { multipart } from '../api/multipart.ts';

/** What the service takes as proof, by its bytes (src/platform/http/uploaded-file.ts). */
const TAKEN = 'image/jpeg,image/png,image/webp,application/pdf';
const MB = 1024 * 1024;

/** The largest file taken as proof, as src/platform/http/uploaded-file.ts has it. */
export const MOST_PROOF_BYTES = 5 * MB;

interface UploadProps {
  readonly id: string;
  readonly label: string;
  /** As the service limits it; told before a large file is sent in vain over a phone's network. */
  readonly maxBytes: number;
  readonly maxFiles: number;
  /** What the service has already. */
  readonly sent: readonly { readonly id: string; readonly mediaType: string; readonly bytes: number }[];
  /** Absent: nothing is taken any more, what was sent is shown. */
  readonly send: ((file: File) => Promise<void>) | undefined;
}

/** Files as proof: each is sent when it is chosen, listed once the service has it, refused in words beside the field. */
export function UploadField({ id, label, maxBytes, maxFiles, sent, send }: UploadProps): ReactNode {
  const { say } = useCommon();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Fault>();
  const add = async (file: File): Promise<void> => {
    setRefusal(undefined);
    if (send === undefined) return;
    if (file.size > maxBytes) return setRefusal({ code: 'body_too_large' });
    setBusy(true);
    announce(say('upload.busy'));
    try {
      await send(file);
      announce(say('upload.done', { name: file.name }));
    } catch (error) {
      setRefusal(faultsOf(error)[0]);
    } finally {
      setBusy(false);
    }
  };
  const full = sent.length >= maxFiles;
  return (
    <div className={refusal ? 'field faulty' : 'field'}>
      {send === undefined ? <p>{label}</p> : <label htmlFor={id}>{label}</label>}
      {send !== undefined && (
        <p className="hint" id={`${id}-hint`}>
          {say('upload.hint', { megabytes: Math.floor(maxBytes / MB), count: maxFiles })}
        </p>
      )}
      {refusal && (
        <p className="fault" id={`${id}-fault`} role="alert">
          {wordsOf(refusal)}
        </p>
      )}
      {sent.length > 0 && (
        <ol className="files">
          {sent.map((file) => (
            <li key={file.id}>
              {say(file.mediaType === 'application/pdf' ? 'upload.pdf' : 'upload.picture')}{' '}
              <span className="muted">{sizeOf(file.bytes)}</span>
            </li>
          ))}
        </ol>
      )}
      {send !== undefined && full && <p>{say('upload.full')}</p>}
      {send !== undefined && !full && (
        <div className="pick">
          <input
            id={id}
            type="file"
            accept={TAKEN}
            disabled={busy}
            aria-describedby={refusal ? `${id}-hint ${id}-fault` : `${id}-hint`}
            {...(refusal ? { 'aria-invalid': true } : {})}
            onChange={(event) => {
              const [file] = event.target.files ?? [];
              // The same file may be chosen again after a refusal.
              event.target.value = '';
              if (file) void add(file);
            }}
          />
          <label htmlFor={id} className="button" aria-hidden="true">
            {busy ? say('upload.busy') : say('upload.choose')}
          </label>
        </div>
      )}
    </div>
  );
}

const sizeOf = (bytes: number): string =>
  bytes < MB ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / MB).toFixed(1)} MB`;

import type { ReactNode } from 'react';
import { atTime } from '../../i18n/times.ts';
import { useSay } from '../use-say.ts';
import { wordOf } from './word.ts';

interface FileListProps {
  readonly files: readonly {
    readonly id: string;
    readonly mediaType: string;
    readonly bytes: number;
    readonly addedAt?: string;
  }[];
  /** Absent: who looks may know that they exist and not open them. */
  readonly hrefOf?: ((id: string) => string) | undefined;
}

const sizeOf = (bytes: number): string =>
  bytes < 1_048_576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`;

/** Files that somebody sent: never drawn here, opened one by one and on record (C12). */
export function FileList({ files, hrefOf }: FileListProps): ReactNode {
  const { say, language } = useSay();
  if (files.length === 0) return <p className="muted">{say('common.none')}</p>;
  return (
    <>
      <ul className="tight">
        {files.map((file, at) => {
          const name = `${say('files.one', { n: at + 1 })} · ${wordOf(say, 'media', file.mediaType.replace('/', '_'))} · ${sizeOf(file.bytes)}`;
          return (
            <li key={file.id}>
              {hrefOf ? (
                <a href={hrefOf(file.id)} target="_blank" rel="noreferrer">
                  {name}
                </a>
              ) : (
                name
              )}
              {file.addedAt && <span className="muted"> · {atTime(file.addedAt, language)}</span>}
            </li>
          );
        })}
      </ul>
      <p className="muted">{say(hrefOf ? 'files.onRecord' : 'files.notYours')}</p>
    </>
  );
}

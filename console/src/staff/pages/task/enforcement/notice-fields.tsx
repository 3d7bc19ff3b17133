import type { ReactNode } from 'react';
import type { Schemas } from '../../../../api/client.ts';
import { instantOf, SelectField, TextField } from '../../../parts/form-fields.tsx';
import { useSay } from '../../enforcement/texts.ts';

/** When the person is told; told at once unless somebody says why not, and until when (7.1, ENF-8). */
export interface NoticeWords {
  readonly notice: Schemas['NoticeDto']['choice'];
  readonly noticeReason: string;
  readonly noticeUntil: string;
  /** The authority's recorded instruction: the only ground on which a measure against fraud is told later. */
  readonly noticeAuthority: string;
}

export const TOLD: NoticeWords = { notice: 'given', noticeReason: '', noticeUntil: '', noticeAuthority: '' };

export function noticeOf(words: NoticeWords): { notice?: Schemas['NoticeDto'] } {
  if (words.notice === 'given') return {};
  const reason = words.noticeReason.trim();
  const authority = words.noticeAuthority.trim();
  return {
    notice: {
      choice: words.notice,
      ...(reason === '' ? {} : { reason }),
      ...(words.noticeUntil === '' ? {} : { until: instantOf(words.noticeUntil) }),
      ...(authority === '' ? {} : { authorityReference: authority }),
    },
  };
}

interface Props {
  readonly words: NoticeWords;
  readonly set: (change: Partial<NoticeWords>) => void;
  /** The service asks for the authority's instruction. */
  readonly authorityAsked: boolean;
}

export function NoticeFields({ words, set, authorityAsked }: Props): ReactNode {
  const { say } = useSay();
  const choices = (['given', 'delayed', 'withheld'] as const).map((value) => ({
    value,
    label: say(`case.notice.${value}`),
  }));
  return (
    <>
      <SelectField
        name="notice"
        label={say('case.notice')}
        value={words.notice}
        options={choices}
        onChange={(notice) => set({ notice: notice as NoticeWords['notice'] })}
      />
      {words.notice !== 'given' && (
        <>
          <TextField
            name="noticeReason"
            label={say('case.noticeReason')}
            value={words.noticeReason}
            max={1000}
            rows={2}
            onChange={(noticeReason) => set({ noticeReason })}
          />
          <TextField
            name="noticeUntil"
            label={say('case.noticeUntil')}
            type="datetime-local"
            value={words.noticeUntil}
            max={16}
            onChange={(noticeUntil) => set({ noticeUntil })}
          />
          {(authorityAsked || words.noticeAuthority !== '') && (
            <TextField
              name="noticeAuthority"
              label={say('case.noticeAuthority')}
              value={words.noticeAuthority}
              max={200}
              onChange={(noticeAuthority) => set({ noticeAuthority })}
            />
          )}
        </>
      )}
    </>
  );
}

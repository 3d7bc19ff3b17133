import type { ReactNode } from 'react';
import type { Schemas } from '../../../api/client.ts';
import { instantOf, SelectField, TextField } from '../../parts/form-fields.tsx';
import { useViolations } from '../../parts/violations.tsx';
import { wordOf } from '../../parts/word.ts';
import { useSay } from './texts.ts';

type Select = Schemas['BulkSelectDto'];
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const LINKS = ['shared_phone', 'shared_third_party', 'shared_device', 'same_device', 'same_subnet'] as const;

/** Whom it is about: named one by one, or found by what they have in common. */
export interface ScopeWords {
  readonly how: 'named' | 'found';
  readonly ids: string;
  readonly underClause: string;
  readonly leastReports: string;
  readonly linkedTo: string;
  readonly linkKind: string;
  readonly createdFrom: string;
  readonly createdTo: string;
}

export const NO_SCOPE: ScopeWords = {
  how: 'named',
  ids: '',
  underClause: '',
  leastReports: '',
  linkedTo: '',
  linkKind: '',
  createdFrom: '',
  createdTo: '',
};

/** The ids in a pasted or uploaded text, whatever stands between them, and the lines without any. */
export function idsIn(text: string): { readonly ids: readonly string[]; readonly odd: readonly string[] } {
  const lines = text.split(/[\n,，、;；]/).filter((line) => line.trim() !== '');
  const found = lines.map((line) => line.match(ID) ?? []);
  return {
    ids: [...new Set(found.flat().map((id) => id.toLowerCase()))],
    odd: lines.filter((_, at) => found[at]?.length === 0).map((line) => line.trim()),
  };
}

/** The scope as the service takes it; undefined as long as it names nobody. */
export function scopeOf(words: ScopeWords): { accountIds: string[] } | { select: Select } | undefined {
  if (words.how === 'named') {
    const { ids } = idsIn(words.ids);
    return ids.length === 0 ? undefined : { accountIds: [...ids] };
  }
  const least = Number(words.leastReports);
  const select: Select = {
    ...(words.underClause ? { clause: words.underClause } : {}),
    ...(Number.isInteger(least) && least > 0 ? { leastReports: least } : {}),
    ...(words.linkedTo.trim() ? { linkedTo: words.linkedTo.trim() } : {}),
    ...(words.createdFrom ? { createdFrom: instantOf(words.createdFrom) } : {}),
    ...(words.createdTo ? { createdTo: instantOf(words.createdTo) } : {}),
  };
  if (Object.keys(select).length === 0) return undefined;
  const kind = LINKS.find((each) => each === words.linkKind);
  return { select: kind && select.linkedTo ? { ...select, linkKinds: [kind] } : select };
}

interface ScopeFieldsProps {
  readonly words: ScopeWords;
  readonly set: (change: Partial<ScopeWords>) => void;
}

export function ScopeFields({ words, set }: ScopeFieldsProps): ReactNode {
  const { say } = useSay();
  return (
    <>
      <fieldset className="choices">
        <legend className="visually-hidden">{say('bulkDecision.whom')}</legend>
        {(['named', 'found'] as const).map((how) => (
          <label key={how}>
            <input type="radio" name="how" checked={words.how === how} onChange={() => set({ how })} />
            {say(how === 'named' ? 'bulkDecision.named' : 'bulkDecision.found')}
          </label>
        ))}
      </fieldset>
      {words.how === 'named' ? <Named words={words} set={set} /> : <Found words={words} set={set} />}
    </>
  );
}

function Named({ words, set }: ScopeFieldsProps): ReactNode {
  const { say } = useSay();
  const { ids, odd } = idsIn(words.ids);
  const add = async (file: File | undefined): Promise<void> => {
    if (file) set({ ids: [words.ids.trim(), (await file.text()).trim()].filter(Boolean).join('\n') });
  };
  return (
    <>
      <TextField
        name="accountIds"
        label={say('bulkDecision.ids')}
        hint={say('bulkDecision.idsHint')}
        value={words.ids}
        max={500_000}
        rows={6}
        mono
        onChange={(next) => set({ ids: next })}
      />
      <div className="field">
        <label htmlFor="field-file">{say('bulkDecision.file')}</label>
        <input
          id="field-file"
          type="file"
          accept=".txt,.csv,text/plain,text/csv"
          onChange={(event) => {
            void add(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
      </div>
      {words.ids.trim() !== '' && (
        <p className={odd.length > 0 ? 'note warn' : 'muted'} data-testid="read">
          {say('bulkDecision.read', { n: ids.length })}
          {odd.length > 0 && ` ${say('bulkDecision.unread', { n: odd.length, first: odd[0]?.slice(0, 40) })}`}
        </p>
      )}
    </>
  );
}

function Found({ words, set }: ScopeFieldsProps): ReactNode {
  const { say, language } = useSay();
  const clauses = useViolations().data?.clauses ?? [];
  return (
    <>
      <p className="muted">{say('bulkDecision.allOfThese')}</p>
      <SelectField
        name="clause"
        label={say('bulkDecision.underClause')}
        value={words.underClause}
        options={[
          { value: '', label: say('bulkDecision.any') },
          ...clauses.map((c) => ({ value: c.ref, label: `${c.ref} ${c[language === 'en' ? 'en' : 'zh']}` })),
        ]}
        onChange={(underClause) => set({ underClause })}
      />
      <TextField
        name="leastReports"
        label={say('bulkDecision.reportsAtLeast')}
        value={words.leastReports}
        max={7}
        onChange={(leastReports) => set({ leastReports })}
      />
      <TextField
        name="linkedTo"
        label={say('bulkDecision.linkedWith')}
        value={words.linkedTo}
        max={36}
        mono
        onChange={(linkedTo) => set({ linkedTo })}
      />
      {words.linkedTo.trim() !== '' && (
        <SelectField
          name="linkKinds"
          label={say('bulkDecision.linkKind')}
          value={words.linkKind}
          options={[
            { value: '', label: say('bulkDecision.usualLinks') },
            ...LINKS.map((value) => ({ value, label: wordOf(say, 'link', value) })),
          ]}
          onChange={(linkKind) => set({ linkKind })}
        />
      )}
      <TextField
        name="createdFrom"
        label={say('bulkDecision.registeredFrom')}
        type="datetime-local"
        value={words.createdFrom}
        max={16}
        onChange={(createdFrom) => set({ createdFrom })}
      />
      <TextField
        name="createdTo"
        label={say('bulkDecision.registeredTo')}
        type="datetime-local"
        value={words.createdTo}
        max={16}
        onChange={(createdTo) => set({ createdTo })}
      />
    </>
  );
}

import { useState, type ReactNode } from 'react';
import { ask } from '../../../../api/client.ts';
import { useDraft } from '../../../../ui/drafts.ts';
import { api } from '../../../api.ts';
import { ActDialog } from '../../../parts/act-dialog.tsx';
import { instantOf, localOf, TextField } from '../../../parts/form-fields.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSession } from '../../../session.tsx';
import { useSay } from '../../../use-say.ts';
import { useViolations } from '../../../parts/violations.tsx';
import type { Sanction } from './parts.tsx';
import { told, ToldWords } from './told-words.tsx';

/** A measure in effect, shorter or longer, or with single features given back (ENF-10): with a reason, told to the person. */
export function ChangeDialog({
  sanction: s,
  onClose,
}: {
  readonly sanction: Sanction;
  readonly onClose: () => void;
}): ReactNode {
  const { say, language } = useSay();
  const [end, setEnd] = useState(s.endsAt ? localOf(s.endsAt) : '');
  const [free, setFree] = useState<ReadonlySet<string>>(new Set());
  const draft = useDraft(useSession().id, `change:${s.id}`, { reason: '', explanation: '' });
  const { reason, explanation } = draft.value;
  const names = new Map(
    useViolations(s.accountId).data?.features.map((f) => [f.name, f[language === 'en' ? 'en' : 'zh']]),
  );
  const endsAt = instantOf(end);
  const moved = endsAt !== '' && (s.endsAt === null || endsAt !== instantOf(localOf(s.endsAt)));
  const change = {
    ...(moved ? { endsAt } : {}),
    ...(free.size > 0 ? { freeFeatures: [...free] } : {}),
  };
  const longer = moved && s.endsAt !== null && endsAt > s.endsAt;
  const changes = moved || free.size > 0;
  const toggle = (name: string): void => {
    const next = new Set(free);
    if (!next.delete(name)) next.add(name);
    setFree(next);
  };
  return (
    <ActDialog
      title={`${say('sanctions.change')} · ${wordOf(say, 'measure', s.type)}`}
      act={say('sanctions.change')}
      ready={reason.trim() !== '' && changes && (!longer || explanation.trim() !== '')}
      send={async () => {
        await ask(
          api.PATCH('/v1/sanctions/{id}', {
            params: { path: { id: s.id }, header: { 'If-Match': String(s.version) } },
            body: {
              reason: reason.trim(),
              ...told(explanation),
              ...change,
            },
          }),
        );
        draft.clear();
      }}
      done={say('sanctions.changed')}
      changes={[
        ['sanctions', s.accountId],
        ['standing', s.accountId],
        ['timeline', s.accountId],
        ['decision', s.decisionId],
      ]}
      wide
      onClose={onClose}
    >
      <TextField
        name="endsAt"
        label={say('sanctions.newEnd')}
        type="datetime-local"
        max={16}
        value={end}
        onChange={setEnd}
      />
      {s.features.length > 1 && (
        <fieldset className="choices">
          <legend>{say('sanctions.free')}</legend>
          {s.features.map((name) => (
            <label key={name}>
              <input type="checkbox" checked={free.has(name)} onChange={() => toggle(name)} />
              {names.get(name) ?? name}
            </label>
          ))}
        </fieldset>
      )}
      {longer && <p className="note warn">{say('change.longer')}</p>}
      <TextField
        name="reason"
        label={say('change.reason')}
        value={reason}
        max={2000}
        rows={2}
        onChange={(text) => draft.set({ reason: text })}
      />
      <ToldWords
        sanction={s}
        change={changes ? { outcome: 'changed', ...change } : undefined}
        required={longer}
        explanation={explanation}
        set={(text) => draft.set({ explanation: text })}
      />
    </ActDialog>
  );
}

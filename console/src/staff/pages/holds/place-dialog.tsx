import { useState, type ReactNode } from 'react';
import { ask, type Schemas } from '../../../api/client.ts';
import { useDraft } from '../../../ui/drafts.ts';
import { api } from '../../api.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { TextField } from '../../parts/form-fields.tsx';
import { useRecordClasses } from '../../parts/record-classes.ts';
import { useSession } from '../../session.tsx';
import { useSay } from '../ops/texts.ts';

type Order = Schemas['PlaceHoldDto'];
const SCOPES = ['subject', 'case', 'classes'] as const;
type Scope = (typeof SCOPES)[number];

interface HoldWords {
  readonly scope: Scope;
  readonly accountId: string;
  readonly caseId: string;
  readonly recordClasses: readonly string[];
  readonly reason: string;
  readonly authority: string;
  readonly reference: string;
  readonly reviewOn: string;
}
const NOTHING: HoldWords = {
  scope: 'subject',
  accountId: '',
  caseId: '',
  recordClasses: [],
  reason: '',
  authority: '',
  reference: '',
  reviewOn: '',
};

/** What it covers: one account, one case, or classes of records of everybody; the first two also for some classes only. */
function scopeOf({ scope, accountId, caseId, recordClasses }: HoldWords): Partial<Order> | undefined {
  const classes = recordClasses.length > 0 ? { recordClasses: [...recordClasses] } : {};
  if (scope === 'subject') return accountId.trim() === '' ? undefined : { accountId: accountId.trim(), ...classes };
  if (scope === 'case') return caseId.trim() === '' ? undefined : { caseId: caseId.trim(), ...classes };
  return recordClasses.length === 0 ? undefined : classes;
}

export function PlaceDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { say } = useSay();
  const draft = useDraft<HoldWords>(useSession().id, 'new-hold', NOTHING);
  const v = draft.value;
  const set = (change: Partial<HoldWords>): void => draft.set(change);
  const scope = scopeOf(v);
  const told = { reason: v.reason.trim(), authority: v.authority.trim(), reference: v.reference.trim() };
  return (
    <ActDialog
      title={say('holds.place')}
      act={say('holds.place')}
      wide
      ready={scope !== undefined && v.reviewOn !== '' && Object.values(told).every((each) => each !== '')}
      send={async (key) => {
        const header = { 'Idempotency-Key': key };
        await ask(
          api.POST('/v1/legal-holds', { params: { header }, body: { ...scope, ...told, reviewOn: v.reviewOn } }),
        );
        draft.clear();
      }}
      done={say('holds.placed')}
      changes={[['legal-holds']]}
      onClose={onClose}
    >
      <fieldset className="choices">
        <legend>{say('holds.scope')}</legend>
        {SCOPES.map((each) => (
          <label key={each}>
            <input type="radio" name="scope" checked={v.scope === each} onChange={() => set({ scope: each })} />
            {say(`holds.scope.${each}`)}
          </label>
        ))}
      </fieldset>
      {v.scope === 'subject' && (
        <TextField
          name="accountId"
          label={say('holds.accountId')}
          value={v.accountId}
          max={36}
          mono
          onChange={(accountId) => set({ accountId })}
        />
      )}
      {v.scope === 'case' && (
        <TextField
          name="caseId"
          label={say('holds.caseId')}
          value={v.caseId}
          max={36}
          mono
          onChange={(caseId) => set({ caseId })}
        />
      )}
      <Classes
        chosen={v.recordClasses}
        needed={v.scope === 'classes'}
        set={(recordClasses) => set({ recordClasses })}
      />
      <TextField
        name="reason"
        label={say('holds.reason')}
        value={v.reason}
        max={1000}
        rows={3}
        onChange={(reason) => set({ reason })}
      />
      <TextField
        name="authority"
        label={say('holds.authority')}
        value={v.authority}
        max={200}
        onChange={(authority) => set({ authority })}
      />
      <TextField
        name="reference"
        label={say('holds.reference')}
        value={v.reference}
        max={200}
        onChange={(reference) => set({ reference })}
      />
      <TextField
        name="reviewOn"
        label={say('holds.reviewOn')}
        type="date"
        value={v.reviewOn}
        max={10}
        onChange={(reviewOn) => set({ reviewOn })}
      />
    </ActDialog>
  );
}

interface ClassesProps {
  readonly chosen: readonly string[];
  /** It is these classes and nothing else that the hold names. */
  readonly needed: boolean;
  readonly set: (chosen: readonly string[]) => void;
}

function Classes({ chosen, needed, set }: ClassesProps): ReactNode {
  const { say } = useSay();
  const [open, setOpen] = useState(chosen.length > 0);
  const classes = useRecordClasses();
  const toggle = (name: string): void =>
    set(chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name]);
  if (!needed && !open)
    return (
      <p>
        <button type="button" className="link" onClick={() => setOpen(true)}>
          {say('holds.onlyClasses')}
        </button>
      </p>
    );
  return (
    <fieldset className="choices one" id="field-recordClasses">
      <legend>{say(needed ? 'holds.classes' : 'holds.onlyClasses')}</legend>
      {[...classes].map(([name, title]) => (
        <label key={name}>
          <input type="checkbox" checked={chosen.includes(name)} onChange={() => toggle(name)} />
          {title}
        </label>
      ))}
    </fieldset>
  );
}

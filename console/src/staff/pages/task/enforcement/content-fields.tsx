import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { SelectField, TextField } from '../../../parts/form-fields.tsx';
import { useViolations } from '../../../parts/violations.tsx';
import { useSay } from '../../enforcement/texts.ts';
import { type Content, contentKey, type Matter, type MeasureWords, removed } from './measure-words.ts';
import { Ticks } from './ticks.tsx';

interface Props {
  readonly told: MeasureWords;
  readonly set: (change: Partial<MeasureWords>) => void;
  readonly matter: Matter;
}

/** What is removed: what was reported or stands among the evidence, and whatever else somebody names (ENF-7). */
export function ContentFields({ told, set, matter }: Props): ReactNode {
  const { say } = useSay();
  const all = [...matter.contents, ...told.named];
  const chosen = removed(told, matter).map(contentKey);
  return (
    <>
      {all.length > 0 && (
        <Ticks
          legend={say('case.contents')}
          options={all.map((each) => ({ value: contentKey(each), label: contentKey(each) }))}
          chosen={chosen}
          set={(kept) => set({ left: all.map(contentKey).filter((each) => !kept.includes(each)) })}
        />
      )}
      <NameContent
        accountId={matter.accountId}
        add={(content) => {
          const key = contentKey(content);
          const known = all.some((each) => contentKey(each) === key);
          // Named again is meant again, whatever was unticked before.
          set({
            left: told.left.filter((each) => each !== key),
            ...(known ? {} : { named: [...told.named, content] }),
          });
        }}
      />
    </>
  );
}

interface NameProps {
  readonly accountId: string | undefined;
  readonly add: (content: Content) => void;
}

function NameContent({ accountId, add }: NameProps): ReactNode {
  const { say } = useSay();
  const systems = useViolations(accountId).data?.contentSystems ?? [];
  const [chosen, setChosen] = useState('');
  const [ref, setRef] = useState('');
  const system = chosen || (systems[0] ?? '');
  const put = (): void => {
    add({ system, ref: ref.trim() });
    setRef('');
  };
  return (
    <fieldset className="plain-group">
      <legend>{say('case.otherContent')}</legend>
      <SelectField
        name="content-system"
        label={say('case.contentSystem')}
        value={system}
        options={systems.map((each) => ({ value: each, label: each }))}
        onChange={setChosen}
      />
      <TextField
        name="content-ref"
        label={say('case.contentRef')}
        hint={say('case.contentRefHint')}
        value={ref}
        max={300}
        mono
        onChange={setRef}
      />
      <p>
        <Button disabled={system === '' || ref.trim() === ''} onClick={put}>
          {say('case.addContent')}
        </Button>
      </p>
    </fieldset>
  );
}

import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { ask } from '../../api/client.ts';
import { useShortcuts } from '../../ui/shortcuts.tsx';
import { api } from '../api.ts';
import { useSay } from '../use-say.ts';
import { Key } from './key.tsx';
import { ProblemNote } from './problem-note.tsx';
import { wordOf } from './word.ts';

const STORED = { blur: 'preference:evidence-blur', grey: 'preference:evidence-grey' } as const;
const preferred = (name: keyof typeof STORED): boolean => localStorage.getItem(STORED[name]) !== 'off';

interface EvidenceListProps {
  /** The work for which it is looked at. */
  readonly taskId: string;
  readonly items: readonly EvidenceItem[];
}

export interface EvidenceItem {
  readonly id: string;
  readonly label: string;
  readonly content: unknown;
  /** Where its file is, which is opened by a press of its own and on record. */
  readonly href?: string | undefined;
}

/**
 * Hidden until pressed, one by one, never by hover; one key hides all again. Blur and greyscale are the reader's own
 * choice, apart from each other; every look is on record before it is one (C12). What is hidden is not in the page.
 */
export function EvidenceList({ taskId, items }: EvidenceListProps): ReactNode {
  const { say } = useSay();
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set());
  const [blur, setBlur] = useState(() => preferred('blur'));
  const [grey, setGrey] = useState(() => preferred('grey'));
  const hideAll = (): void => setShown(new Set());

  const reveal = useMutation({
    mutationFn: (item: string) =>
      ask(api.POST('/v1/review-tasks/{id}/evidence-reveals', { params: { path: { id: taskId } }, body: { item } })),
    // Shown once it is on record, and not otherwise.
    onSuccess: (_, item) => setShown((now) => new Set([...now, item])),
  });
  const next = items.find(({ id }) => !shown.has(id));
  /** The press that shows it, and no more: the next one takes another press. */
  const revealNext = (): void => {
    if (next === undefined || reveal.isPending) return;
    document.getElementById(`evidence-${next.id}`)?.focus();
    reveal.mutate(next.id);
  };
  useShortcuts([
    { keys: 'i', label: say('evidence.revealNext'), run: revealNext },
    { keys: 'h', label: say('evidence.hideAll'), run: hideAll },
  ]);
  const toggle = (id: string): void => {
    if (!shown.has(id)) return reveal.mutate(id);
    setShown(new Set([...shown].filter((each) => each !== id)));
  };
  const keep = (name: keyof typeof STORED, on: boolean): void => {
    localStorage.setItem(STORED[name], on ? 'on' : 'off');
    (name === 'blur' ? setBlur : setGrey)(on);
  };
  return (
    <section className="card" aria-label={say('evidence.title')}>
      <div className="row spread">
        <h2>{say('evidence.title')}</h2>
        <div className="row">
          <label className="tick">
            <input type="checkbox" checked={blur} onChange={(event) => keep('blur', event.target.checked)} />
            {say('evidence.blur')}
          </label>
          <label className="tick">
            <input type="checkbox" checked={grey} onChange={(event) => keep('grey', event.target.checked)} />
            {say('evidence.grey')}
          </label>
        </div>
      </div>
      {items.length === 0 && <p className="muted">{say('common.none')}</p>}
      {items.map(({ id, label, content, href }) => {
        const open = shown.has(id);
        return (
          <div key={id} className="evidence" data-evidence={open ? 'shown' : 'hidden'}>
            <Button
              id={`evidence-${id}`}
              aria-expanded={open}
              loading={reveal.isPending && reveal.variables === id}
              onClick={() => toggle(id)}
            >
              {say(open ? 'evidence.hide' : 'evidence.reveal')}
              {id === next?.id && (
                <>
                  {' '}
                  <Key of="i" />
                </>
              )}
            </Button>{' '}
            <span>{label}</span>
            {open ? (
              <div className={grey ? 'evidence-body grey' : 'evidence-body'}>
                <Content value={content} />
                {href && (
                  <p>
                    <a href={href} target="_blank" rel="noreferrer">
                      {say('evidence.openFile')}
                    </a>{' '}
                    <span className="muted">{say('files.onRecord')}</span>
                  </p>
                )}
              </div>
            ) : (
              blur && (
                <div className="evidence-body blurred" aria-hidden="true">
                  {'▇▇▇▇ ▇▇ ▇▇▇▇▇ ▇▇▇'}
                </div>
              )
            )}
          </div>
        );
      })}
      <ProblemNote error={reveal.error} />
      {shown.size > 0 && (
        <p>
          <Button type="text" onClick={hideAll}>
            {say('evidence.hideAll')} <Key of="h" />
          </Button>
        </p>
      )}
    </section>
  );
}

function Content({ value }: { readonly value: unknown }): ReactNode {
  const { say } = useSay();
  if (value === null || value === undefined) return <p className="muted">{say('evidence.erased')}</p>;
  if (typeof value !== 'object') return <p>{String(value)}</p>;
  const told = Object.entries(value).filter(([, each]) => !(Array.isArray(each) && each.length === 0));
  return (
    <dl className="facts">
      {told.map(([name, each]) => (
        <div className="contents" key={name}>
          <dt>{wordOf(say, 'evidenceField', name)}</dt>
          <dd>{typeof each === 'string' ? each : <span className="mono">{JSON.stringify(each)}</span>}</dd>
        </div>
      ))}
    </dl>
  );
}

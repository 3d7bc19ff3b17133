import { Button } from 'antd';
import type { ReactNode } from 'react';
import { isProblem } from '../../../api/problem.ts';
import { TextField } from '../../parts/form-fields.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useSay } from './texts.ts';

interface PolicyTextProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly act: string;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onTry: () => void;
  readonly children?: ReactNode;
}

const LONGEST = 200_000;

/** A policy to try: typed, pasted or from a file on this device. Trying changes nothing; a policy takes force by its file. */
export function PolicyText({ text, onChange, act, busy, error, onTry, children }: PolicyTextProps): ReactNode {
  const { say } = useSay();
  const problems = problemsOf(error);
  return (
    <section className="card yaml" aria-label={say('policy.try')}>
      <h2>{say('policy.try')}</h2>
      <p className="muted">{say('policy.tryHint')}</p>
      <ProblemNote error={error} />
      {problems.length > 0 && (
        <ul className="tight" data-testid="problems">
          {problems.map((each) => (
            <li key={each} className="mono">
              {each}
            </li>
          ))}
        </ul>
      )}
      <label className="row">
        {say('policy.file')}
        <input
          type="file"
          accept=".yaml,.yml"
          onChange={(event) => void event.target.files?.[0]?.text().then(onChange)}
        />
      </label>
      <TextField name="policy" label={say('policy.text')} value={text} max={LONGEST} rows={12} onChange={onChange} />
      <div className="row">
        {children}
        <Button type="primary" loading={busy} disabled={text.trim() === ''} onClick={onTry}>
          {act}
        </Button>
      </div>
    </section>
  );
}

/** Every fault of the text at once, so that it is mended in one go. */
function problemsOf(error: unknown): readonly string[] {
  const problems = isProblem(error) ? error.document['problems'] : undefined;
  return Array.isArray(problems) ? problems.map(String) : [];
}

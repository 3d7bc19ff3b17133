import { type ReactNode, useState } from 'react';
import { ask, type Schemas } from '../api/client.ts';
import { api } from './session.ts';
import { useSay } from './texts.ts';

/** What a new version adds and takes away, line by line, so that nobody has to read two texts to answer (9.1, AGR-5). */
export function WhatChanged({
  documentId,
  version,
}: {
  readonly documentId: string;
  readonly version: string;
}): ReactNode {
  const { say } = useSay();
  const [lines, setLines] = useState<readonly Schemas['DiffLineDto'][]>();
  const [failed, setFailed] = useState(false);
  const load = async (): Promise<void> => {
    const params = { path: { documentId, version } };
    const diff = await ask(api.GET('/v1/agreements/{documentId}/versions/{version}/diff', { params }));
    setLines(diff.lines.filter((each) => each.change !== 'same' && each.text.trim() !== ''));
  };
  const shown = (): ReactNode => {
    if (failed) return <p>{say('fault.unexpected')}</p>;
    if (lines === undefined) return <p className="muted">{say('common.loading')}</p>;
    if (lines.length === 0) return <p>{say('changed.nothing')}</p>;
    return (
      <ul className="plain" lang="zh-CN">
        {lines.map((line, at) => (
          <li key={at}>
            <span className={`mark ${line.change}`}>
              {say(line.change === 'added' ? 'changed.added' : 'changed.removed')}
            </span>{' '}
            {line.change === 'added' ? <ins>{line.text}</ins> : <del>{line.text}</del>}
          </li>
        ))}
      </ul>
    );
  };
  return (
    <details onToggle={(event) => event.currentTarget.open && void load().catch(() => setFailed(true))}>
      <summary>{say('changed.title')}</summary>
      {shown()}
    </details>
  );
}

import type { ReactNode } from 'react';
import { comma } from '../../../../i18n/comma.ts';
import type { Schemas } from '../../../../api/client.ts';
import { useStanding } from '../../../parts/account-glance.tsx';
import { StandingChange, type StandingSeen } from '../../../parts/standing-change.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSay } from '../../enforcement/texts.ts';
import { ofMeasure, type ProblemFound, Problems } from './decision-problems.tsx';
import type { Case } from './parts.tsx';

type Preview = Schemas['DecisionPreviewDto'];

interface ConsequencesProps {
  readonly preview: Preview;
  readonly problems: readonly ProblemFound[];
  readonly found: Case;
}

/** What follows, said by the server. */
export function Consequences({ preview, problems, found }: ConsequencesProps): ReactNode {
  const { say } = useSay();
  const now = useStanding(found.accountId).data;
  return (
    <div className="stack" data-testid="preview">
      <Problems of={ofMeasure(problems)} />
      {preview.fourEyes.length > 0 && (
        <p className="note warn">
          {say('case.fourEyes', { why: preview.fourEyes.map((r) => wordOf(say, 'fourEyes', r)).join(comma()) })}
        </p>
      )}
      {now && problems.length === 0 && (
        <StandingChange accountId={found.accountId} before={now} after={preview.standing as unknown as StandingSeen} />
      )}
    </div>
  );
}

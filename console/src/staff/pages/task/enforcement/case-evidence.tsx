import type { ReactNode } from 'react';
import { atTime } from '../../../../i18n/times.ts';
import { EvidenceList } from '../../../parts/evidence.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSay } from '../../../use-say.ts';
import { useCase } from './parts.tsx';

interface CaseEvidenceProps {
  readonly caseId: string;
  readonly taskId: string;
}

/** What the first decision rested on, for whoever looks again: removed content included (C18). */
export function CaseEvidence({ caseId, taskId }: CaseEvidenceProps): ReactNode {
  const { say, language } = useSay();
  return (
    <Loaded query={useCase(caseId)}>
      {(found) => (
        <EvidenceList
          key={found.id}
          taskId={taskId}
          items={[
            ...((found.reports['items'] ?? []) as { id: string; content: unknown }[]).map((r, at) => ({
              id: r.id,
              label: say('case.report', { n: at + 1 }),
              content: r.content,
            })),
            ...found.evidence.map((e) => ({
              id: e.id,
              label: `${wordOf(say, 'evidenceKind', e.kind)} · ${e.addedBy} · ${atTime(e.addedAt, language)}`,
              content: e.content,
            })),
          ]}
        />
      )}
    </Loaded>
  );
}

import type { ReactNode } from 'react';
import type { Language } from '../../../../i18n/language.ts';
import { atTime } from '../../../../i18n/times.ts';
import { type EvidenceItem, EvidenceList } from '../../../parts/evidence.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSay } from '../../../use-say.ts';
import { type Case, useCase } from './parts.tsx';

interface CaseEvidenceProps {
  readonly caseId: string;
  readonly taskId: string;
}

/** What the first decision rested on, for whoever looks again: removed content included (C18). */
export function CaseEvidence({ caseId, taskId }: CaseEvidenceProps): ReactNode {
  const { say, language } = useSay();
  return (
    <Loaded query={useCase(caseId)}>
      {(found) => <EvidenceList key={found.id} taskId={taskId} items={evidenceOf(found, say, language)} />}
    </Loaded>
  );
}

export interface Report {
  readonly id: string;
  readonly clause?: string;
  readonly receivedAt?: string;
  readonly content?: unknown;
}
export const reportsOf = (found: Case): readonly Report[] => (found.reports['items'] ?? []) as readonly Report[];

/** Reports first, then what was added; each by what it is, who brought it and when. */
export function evidenceOf(found: Case, say: ReturnType<typeof useSay>['say'], language: Language): EvidenceItem[] {
  return [
    ...reportsOf(found).map((r, at) => ({
      id: r.id,
      label: [say('case.report', { n: at + 1 }), r.clause, r.receivedAt && atTime(r.receivedAt, language)]
        .filter(Boolean)
        .join(' · '),
      content: r.content,
    })),
    ...found.evidence.map((e) => ({
      id: e.id,
      label: `${wordOf(say, 'evidenceKind', e.kind)} · ${e.addedBy} · ${atTime(e.addedAt, language)}`,
      content: e.content,
      href: e.kind === 'file' && e.content !== null ? `/v1/cases/${found.id}/evidence-files/${e.id}` : undefined,
    })),
  ];
}

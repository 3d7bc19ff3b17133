import type { Case } from './parts.tsx';

export interface ToolProps {
  readonly found: Case;
  readonly onClose: () => void;
}

/** What a tool changes on the page. */
export const changed = (found: Case): readonly (readonly unknown[])[] => [
  ['case', found.id],
  ['task'],
  ['timeline', found.accountId],
];
export const ifMatch = (found: Case) => ({ 'If-Match': String(found.version) });

import type { TaskView } from './read-tasks.service.js';
import type { ReviewTaskDto } from './review.dto.js';

/** A task as it goes out. */
export function present(view: TaskView): ReviewTaskDto {
  const { claimedAt: _, ...shown } = view;
  return {
    ...shown,
    dueAt: view.dueAt.toISOString(),
    leaseUntil: view.leaseUntil?.toISOString() ?? null,
    snoozedUntil: view.snoozedUntil?.toISOString() ?? null,
    escalatedAt: view.escalatedAt?.toISOString() ?? null,
    updatedAt: view.updatedAt.toISOString(),
    createdAt: view.createdAt.toISOString(),
    endedAt: view.endedAt?.toISOString() ?? null,
    decidingUntil: view.decidingUntil?.toISOString() ?? null,
  };
}

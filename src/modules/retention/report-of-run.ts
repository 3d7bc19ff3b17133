import { type RunReport, totalsOf } from './domain/run-report.js';
import type { RunClassRow, RunRow } from './run.store.js';

/** The report of a run as its rows stand now; final, and hashed, once the run has ended (R28). */
export function reportOf(run: RunRow, lines: readonly RunClassRow[]): RunReport {
  const classes = lines.map((c) => ({
    recordClass: c.record_class,
    state: c.state,
    due: c.due,
    erased: c.erased,
    held: c.held,
    batches: c.batches,
    oldestOverdueAt: c.oldest_overdue_at?.toISOString() ?? null,
    error: c.error,
  }));
  return {
    runId: run.id,
    dryRun: run.dry_run,
    cause: run.cause,
    policy: { version: run.policy_version, sha256: run.policy_sha256 },
    asOf: run.as_of.toISOString(),
    startedAt: run.started_at?.toISOString() ?? null,
    finishedAt: run.finished_at?.toISOString() ?? null,
    classes,
    totals: totalsOf(classes),
  };
}

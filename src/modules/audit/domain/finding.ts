/** What can be wrong with a log, by the code that a report of it carries (docs/verification.md). */
export type FindingCode =
  | 'malformed'
  | 'not_canonical'
  | 'missing_event'
  | 'gap'
  | 'wrong_previous_hash'
  | 'wrong_hash'
  | 'checkpoint_mismatch'
  | 'checkpoint_refused'
  | 'other_log'
  | 'log_shortened'
  | 'never_chained';

/** The first thing that is wrong, and the sequence number at which it shows. */
export interface Finding {
  readonly seq: number;
  readonly code: FindingCode;
  readonly message: string;
}

export const found = (seq: number, code: FindingCode, message: string): Finding => ({ seq, code, message });

/** A checkpoint that could not be opened; told at its own size, or at `near` where that is unknown. */
export const refusal = (checkpoint: { refused: string; size: number | null }, near: number): Finding =>
  found(checkpoint.size ?? near, 'checkpoint_refused', `checkpoint: ${checkpoint.refused}`);

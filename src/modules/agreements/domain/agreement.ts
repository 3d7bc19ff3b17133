export const CONSENT_POLICIES = ['explicit', 'continued_use'] as const;
/** `explicit`: the person must answer. `continued_use`: using the service after it took effect is the answer (preamble). */
export type ConsentPolicy = (typeof CONSENT_POLICIES)[number];

export const ACCEPTANCE_WAYS = ['clickwrap', 'checkbox', 'continued_use'] as const;
export type AcceptanceWay = (typeof ACCEPTANCE_WAYS)[number];

export const CHANNELS = ['web', 'app', 'mini_program', 'sdk', 'api'] as const;
export type Channel = (typeof CHANNELS)[number];

/** What a document is (config/agreements.yaml). */
export interface DocumentDefinition {
  readonly id: string;
  readonly kind: 'general' | 'specific';
  readonly title: Readonly<Record<string, string>>;
  readonly requiredAtRegistration: boolean;
  /** The higher prevails where two texts govern one topic. */
  readonly precedence: number;
}

/** A published version without its text. */
export interface AgreementVersion {
  readonly documentId: string;
  readonly version: string;
  readonly title: string;
  readonly language: string;
  readonly sha256: string;
  readonly publishedAt: Date;
  readonly effectiveAt: Date;
  readonly changeSummary: string;
  readonly supersedes: string | null;
  readonly policy: ConsentPolicy;
  /** What it governs; `*` is everything. */
  readonly topics: readonly string[];
}

/** Which text, exactly. */
export interface VersionRef {
  readonly documentId: string;
  readonly version: string;
  readonly sha256: string;
}

export const refOf = ({ documentId, version, sha256 }: VersionRef): VersionRef => ({ documentId, version, sha256 });

/** The version of one document in effect at `now`: the last that took effect. */
export function inEffect<T extends Pick<AgreementVersion, 'effectiveAt'>>(
  versions: readonly T[],
  now: Date,
): T | undefined {
  return versions
    .filter((v) => v.effectiveAt <= now)
    .reduce<T | undefined>((last, v) => (last === undefined || v.effectiveAt > last.effectiveAt ? v : last), undefined);
}

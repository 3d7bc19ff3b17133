import type { FieldProblem } from '../../../kernel/domain-error.js';
import { type AgreementVersion, type DocumentDefinition, inEffect } from './agreement.js';

/** What somebody says to have accepted. */
export interface GivenAcceptance {
  readonly documentId: string;
  readonly version: string;
  /** Optional proof that the person saw this very text. */
  readonly sha256?: string | undefined;
}

type Versions = readonly AgreementVersion[];

const of = (versions: Versions, documentId: string): AgreementVersion[] =>
  versions.filter((v) => v.documentId === documentId);

/** What must be accepted to become an account at `now`: each required document's version in effect. */
export function required(documents: readonly DocumentDefinition[], versions: Versions, now: Date): AgreementVersion[] {
  return documents
    .filter((d) => d.requiredAtRegistration)
    .map((d) => inEffect(of(versions, d.id), now))
    .filter((v) => v !== undefined);
}

/**
 * AGR-4: every problem of a set of acceptances at once, each at its place in `/acceptances`.
 * A version that is announced and not yet in effect may be accepted early, but does not replace the one in effect.
 */
export function problemsOf(
  given: readonly GivenAcceptance[],
  versions: Versions,
  needed: readonly AgreementVersion[],
  now: Date,
): FieldProblem[] {
  const problems = given.flatMap((acceptance, index) => problemOf(acceptance, `/acceptances/${index}`, versions, now));
  for (const v of needed) {
    if (given.some((a) => a.documentId === v.documentId && a.version === v.version)) continue;
    const stale = given.some((a) => a.documentId === v.documentId);
    if (stale && problems.some((p) => p.code === 'stale_version' || p.code === 'unknown_version')) continue;
    const what = `${v.documentId} ${v.version}`;
    problems.push({
      path: '/acceptances',
      code: 'missing_acceptance',
      en: `${what} must be accepted`,
      zh: `须同意 ${what}`,
    });
  }
  return problems;
}

/** The problem of one acceptance, in a list so that callers can gather them. */
export function problemOf(given: GivenAcceptance, path: string, versions: Versions, now: Date): FieldProblem[] {
  const line = of(versions, given.documentId);
  if (line.length === 0) {
    return [
      { path: `${path}/documentId`, code: 'unknown_document', en: 'there is no such document', zh: '没有这份文件' },
    ];
  }
  const found = line.find((v) => v.version === given.version);
  if (found === undefined) {
    return [{ path: `${path}/version`, code: 'unknown_version', en: 'there is no such version', zh: '没有这个版本' }];
  }
  const current = inEffect(line, now);
  if (current !== undefined && found.effectiveAt < current.effectiveAt) {
    return [
      {
        path: `${path}/version`,
        code: 'stale_version',
        en: `version ${current.version} is in effect`,
        zh: `现行版本为 ${current.version}`,
      },
    ];
  }
  if (given.sha256 !== undefined && given.sha256 !== found.sha256) {
    return [
      {
        path: `${path}/sha256`,
        code: 'other_text',
        en: 'this is not the digest of that version',
        zh: '与该版本的摘要不符',
      },
    ];
  }
  return [];
}

/** What stands in an account's ledger as accepted, and by whom: null by the person. */
export interface KnownAcceptance extends GivenAcceptance {
  readonly guardianId: string | null;
}

/** A version that an account has to answer for, from when on, and whose answer counts. */
export interface PendingConsent {
  readonly version: AgreementVersion;
  readonly since: Date;
  readonly answerBy: 'person' | 'guardian';
}

/**
 * What one account has to answer: of every document that it ever accepted, the versions that took effect or will,
 * newer than what it accepted. Of several in effect only the last one is asked for; what comes later is asked for too,
 * so that workers need not be up at the moment it takes effect.
 * What a guardian agreed to for a minor, the guardian has to agree to again (preamble, 2.1): a child's own yes is no answer.
 */
export function pendingConsents(
  accepted: readonly KnownAcceptance[],
  versions: Versions,
  now: Date,
  isMinor: boolean,
): PendingConsent[] {
  const documents = [...new Set(accepted.map((a) => a.documentId))];
  return documents.flatMap((documentId) => {
    const line = of(versions, documentId);
    const all = accepted.filter((a) => a.documentId === documentId);
    const byGuardian = isMinor ? all.filter((a) => a.guardianId !== null) : [];
    const answerBy = byGuardian.length > 0 ? 'guardian' : 'person';
    const counting = answerBy === 'guardian' ? byGuardian : all;
    const mine = line.filter((v) => counting.some((a) => a.version === v.version));
    const newest = mine.reduce<Date>((at, v) => (v.effectiveAt > at ? v.effectiveAt : at), new Date(0));
    const current = inEffect(line, now);
    return line
      .filter((v) => v.effectiveAt > newest)
      .filter((v) => v.effectiveAt > now || v.version === current?.version)
      .map((version) => ({ version, since: version.effectiveAt, answerBy }));
  });
}

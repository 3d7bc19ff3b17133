import { Injectable } from '@nestjs/common';
import { row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { AgreementVersion, ConsentPolicy } from './domain/agreement.js';

interface VersionRow {
  readonly document_id: string;
  readonly version: string;
  readonly title: string;
  readonly language: string;
  readonly sha256: string;
  readonly published_at: Date;
  readonly effective_at: Date;
  readonly change_summary: string;
  readonly supersedes: string | null;
  readonly policy: ConsentPolicy;
  readonly topics: string[];
}

const COLUMNS = `document_id, version, title, language, sha256, published_at, effective_at, change_summary, supersedes,
  policy, topics`;

const versionOf = (r: VersionRow): AgreementVersion => ({
  documentId: r.document_id,
  version: r.version,
  title: r.title,
  language: r.language,
  sha256: r.sha256,
  publishedAt: r.published_at,
  effectiveAt: r.effective_at,
  changeSummary: r.change_summary,
  supersedes: r.supersedes,
  policy: r.policy,
  topics: r.topics,
});

/** Published versions; insert and read only. */
@Injectable()
export class AgreementsStore {
  /** Every version of every document, without the texts: some dozens in a platform's life. */
  async versions(tx: Tx): Promise<AgreementVersion[]> {
    const found = await rows<VersionRow>(
      tx,
      `SELECT ${COLUMNS} FROM agreement_versions ORDER BY document_id, effective_at`,
    );
    return found.map(versionOf);
  }

  /** What names the list of versions: another one whenever one was published. */
  async edition(tx: Tx): Promise<string> {
    const found = await row<{ edition: string | null }>(
      tx,
      `SELECT string_agg(concat_ws(' ', document_id, version, extract(epoch FROM published_at)), '; '
         ORDER BY document_id, version) AS edition FROM agreement_versions`,
    );
    return found?.edition ?? '';
  }

  async line(tx: Tx, documentId: string): Promise<AgreementVersion[]> {
    const found = await rows<VersionRow>(
      tx,
      `SELECT ${COLUMNS} FROM agreement_versions WHERE document_id = $1 ORDER BY effective_at`,
      [documentId],
    );
    return found.map(versionOf);
  }

  async text(tx: Tx, documentId: string, version: string): Promise<(AgreementVersion & { text: string }) | undefined> {
    const found = await row<VersionRow & { text: string }>(
      tx,
      `SELECT ${COLUMNS}, text FROM agreement_versions WHERE document_id = $1 AND version = $2`,
      [documentId, version],
    );
    return found && { ...versionOf(found), text: found.text };
  }

  async insert(tx: Tx, v: AgreementVersion, text: string, publishedBy: string): Promise<void> {
    await rows(
      tx,
      `INSERT INTO agreement_versions (document_id, version, title, language, sha256, published_at, effective_at,
         change_summary, supersedes, policy, topics, text, published_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        v.documentId,
        v.version,
        v.title,
        v.language,
        v.sha256,
        v.publishedAt,
        v.effectiveAt,
        v.changeSummary,
        v.supersedes,
        v.policy,
        v.topics,
        text,
        publishedBy,
      ],
    );
  }
}

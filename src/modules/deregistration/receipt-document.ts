import PDFDocument from 'pdfkit';
import type { ReceiptClaims } from './domain/receipt.js';

const TITLE = 'Deregistration receipt';

/** The receipt on paper. What proves it is the signed form, of which the last lines carry the id. */
export function receiptPdf(claims: ReceiptClaims): Promise<Buffer> {
  const doc = new PDFDocument({ size: 'A4', margin: 56, info: { Title: TITLE } });
  const done = new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
  doc.fontSize(20).text(TITLE).moveDown();
  doc.fontSize(10);
  for (const line of receiptLines(claims)) {
    if (line === '') doc.moveDown();
    else doc.text(line);
  }
  doc.end();
  return done;
}

/** The receipt in plain words, one fact a line; the standard fonts of PDF have no Chinese, codes and numbers suffice. */
export function receiptLines(c: ReceiptClaims): string[] {
  return [
    `Deregistration ${c.deregistrationId}`,
    `Requested ${c.requestedAt}`,
    `Approved ${c.approvedAt}`,
    `Completed ${c.completedAt}`,
    `Agreement ${c.agreement.documentId} ${c.agreement.version} (SHA-256 ${c.agreement.sha256})`,
    `Retention policy ${c.retentionPolicy.version} (SHA-256 ${c.retentionPolicy.sha256})`,
    '',
    'Erased',
    ...c.erased.map((e) => `  ${e.recordClass}: ${e.count} (${e.action})`),
    '',
    'Kept',
    ...(c.retained.length === 0 ? ['  nothing'] : c.retained.flatMap(retainedLines)),
    '',
    'Other systems',
    ...c.participants.map(
      (p) => `  ${p.name}: ${p.acknowledgedAt ?? 'deferred by a legal hold'}, erased ${p.erased}, kept ${p.retained}`,
    ),
    '',
    `Audit log of size ${c.checkpoint.size}, head ${c.checkpoint.head}`,
    `Issued by ${c.iss}, receipt ${c.jti}`,
  ];
}

const retainedLines = (r: ReceiptClaims['retained'][number]): string[] => [
  `  ${r.recordClass}: until ${r.until ?? 'the legal hold is lifted'}; may be read by ${r.readers.join(', ') || 'nobody'}`,
  `    basis: ${r.basis.map((b) => `${latin(b.instrument)} ${b.article}`).join('; ') || 'none'}`,
];

/** Names of instruments in Chinese stand in the signed form; here their first letters would come out as boxes. */
const latin = (text: string): string => (/^[\x20-\x7e]+$/.test(text) ? text : 'see the signed form,');

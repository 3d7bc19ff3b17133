import { Injectable } from '@nestjs/common';
import { Paper } from '../../platform/documents/paper.js';
import type { Locale } from '../../platform/http/locale.js';
import type { ReceiptClaims } from './domain/receipt.js';
import { RetentionGate } from './ports.js';
import { receiptLines, wordsOf } from './receipt-document.js';

/** The receipt on paper, in the reader's language. What proves it is the signed form. */
@Injectable()
export class PrintReceiptService {
  constructor(
    private readonly paper: Paper,
    private readonly retention: RetentionGate,
  ) {}

  /** @throws DomainError pdf_unavailable */
  async print(claims: ReceiptClaims, locale: Locale): Promise<Buffer> {
    const lines = receiptLines(claims, locale, await this.retention.titles(claims.retentionPolicy.sha256));
    const { title } = wordsOf(locale);
    return this.paper.print({ title, locale, at: new Date(claims.iat * 1000) }, (page) => {
      page.fontSize(20).text(title).moveDown();
      page.fontSize(10);
      for (const line of lines) {
        if (line === '') page.moveDown();
        else page.text(line);
      }
    });
  }
}

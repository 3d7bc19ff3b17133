import { Injectable } from '@nestjs/common';
import { existsSync } from 'node:fs';
import { DomainError } from '../../kernel/domain-error.js';
import type { Locale } from '../http/locale.js';
import { DocumentsConfig } from './documents.config.js';
import { DOCUMENT_ERRORS } from './documents.errors.js';

const MARGIN = 56;

export interface Sheet {
  readonly title: string;
  readonly locale: Locale;
  /** When the document was issued; the same document is the same bytes again. */
  readonly at: Date;
}

export type Page = PDFKit.PDFDocument;

/** Documents for people as PDF: one size, one font that has both languages, text that can be searched and copied. */
@Injectable()
export class Paper {
  constructor(private readonly config: DocumentsConfig) {}

  /** @throws DomainError pdf_unavailable where no font with Chinese letters is installed */
  async print({ title, locale, at }: Sheet, write: (page: Page) => void): Promise<Buffer> {
    const { font } = this.config;
    if (!existsSync(font)) throw new DomainError(DOCUMENT_ERRORS.pdf_unavailable);
    // Read with the first paper and not at every start: it and its tables are a tenth of all that a start reads.
    const { default: PDFDocument } = await import('pdfkit');
    const page = new PDFDocument({
      size: 'A4',
      margin: MARGIN,
      font,
      lang: locale,
      displayTitle: true,
      info: { Title: title, CreationDate: at, ModDate: at },
    });
    const chunks: Buffer[] = [];
    const done = new Promise<void>((resolve, reject) => {
      page.on('data', (chunk: Buffer) => chunks.push(chunk));
      page.on('end', resolve);
      page.on('error', reject);
    });
    write(page);
    page.end();
    await done;
    return Buffer.concat(chunks);
  }
}

import { Injectable } from '@nestjs/common';
import { type Page, Paper } from '../../platform/documents/paper.js';
import type { Proof, ProvenAcceptance } from './prove-acceptance.service.js';

const DECISIONS: Readonly<Record<string, string>> = { accepted: '同意 accepted', refused: '不同意 refused' };
const WAYS: Readonly<Record<string, string>> = {
  clickwrap: '点击确认 clickwrap',
  checkbox: '勾选 checkbox',
  continued_use: '继续使用 continued use',
};

/** The proof of acceptance on paper, both languages on one sheet. The signature at its end is what makes it a proof. */
@Injectable()
export class ProofPdfService {
  constructor(private readonly paper: Paper) {}

  /** @throws DomainError pdf_unavailable */
  render(proof: Proof): Promise<Buffer> {
    const sheet = {
      title: '协议同意证明 Proof of acceptance',
      locale: 'zh-CN',
      at: new Date(proof.issuedAt),
    } as const;
    return this.paper.print(sheet, (page) => {
      page.fontSize(18).text('协议同意证明').fontSize(11).text('Proof of acceptance').moveDown();
      page.fontSize(9).text(`账号 account  ${proof.accountId}`).text(`出具时间 issued  ${proof.issuedAt}`).moveDown();
      for (const acceptance of proof.acceptances) writeAcceptance(page, acceptance);
      page.moveDown().fontSize(9).text('签名 signature (JWS, EdDSA; /.well-known/jwks.json)');
      page.fontSize(6).text(proof.jws);
    });
  }
}

function writeAcceptance(page: Page, a: ProvenAcceptance): void {
  page.fontSize(12).text(`${a.title}  ${a.version}`).fontSize(9);
  page.text(`${DECISIONS[a.decision] ?? a.decision} · ${WAYS[a.how] ?? a.how} · ${a.channel} · ${a.at}`);
  page.text(`生效 in effect  ${a.effectiveAt}`);
  page.text(`SHA-256  ${a.sha256}`);
  if (a.guardianId !== null) page.text(`监护人 guardian  ${a.guardianId}`);
  if (a.origin !== null) page.text(`IP  ${a.origin.ip}    ${a.origin.userAgent.slice(0, 120)}`);
  page.moveDown();
}

import type { Locale } from '../../platform/http/locale.js';
import type { ReceiptClaims } from './domain/receipt.js';
import { NUMBER_TRACES } from './domain/unit.js';

/** What a record class is called, in both languages. */
export type ClassTitles = Readonly<Record<string, { readonly zh: string; readonly en: string }>>;

const EN = {
  title: 'Deregistration receipt',
  deregistration: 'Deregistration',
  requested: 'Requested',
  approved: 'Approved',
  completed: 'Completed',
  agreement: 'Agreement',
  policy: 'Retention policy',
  erased: 'Erased',
  kept: 'Kept',
  nothing: 'nothing',
  until: 'until',
  untilLifted: 'until the legal hold is lifted',
  readers: 'may be read by',
  nobody: 'nobody',
  basis: 'basis',
  article: (instrument: string, article: string) => `${instrument} ${article}`,
  systems: 'Other systems',
  deferred: 'deferred by a legal hold',
  counts: (erased: number, kept: number) => `erased ${erased}, kept ${kept}`,
  rows: (count: number) => `${count} rows`,
  log: 'Audit log: size and head',
  issuer: 'Issued by',
  receipt: 'Receipt',
  proof: 'This sheet is for reading. The signed form (JWS) proves it; anybody can verify that offline.',
  traces: 'Counters and codes filed under the number',
} as const;

type Words = { readonly [K in keyof typeof EN]: (typeof EN)[K] extends string ? string : (typeof EN)[K] };

const ZH: Words = {
  title: '账号注销回执',
  deregistration: '注销申请',
  requested: '申请时间',
  approved: '批准时间',
  completed: '完成时间',
  agreement: '用户协议',
  policy: '留存策略',
  erased: '已删除',
  kept: '依法留存',
  nothing: '无',
  until: '留存至',
  untilLifted: '法律保全解除之前',
  readers: '可查阅角色',
  nobody: '无',
  basis: '依据',
  article: (instrument, article) =>
    /^[\d(]/.test(article) ? `《${instrument}》第 ${article} 条` : `${instrument} ${article}`,
  systems: '其他系统',
  deferred: '因法律保全暂缓',
  counts: (erased, kept) => `删除 ${erased} 条，留存 ${kept} 条`,
  rows: (count) => `${count} 条`,
  log: '审计日志：长度与末端摘要',
  issuer: '出具方',
  receipt: '回执编号',
  proof: '本页供阅读。具有证明力的是签名原件（JWS），任何人均可离线核验。',
  traces: '以号码为键的计数与验证码痕迹',
};

export const wordsOf = (locale: Locale): Words => (locale === 'en' ? EN : ZH);

/** The receipt in plain words, one fact a line; an empty line ends a part. */
export function receiptLines(c: ReceiptClaims, locale: Locale, titles: ClassTitles): string[] {
  const words = wordsOf(locale);
  const titleOf = (recordClass: string): string => {
    if (recordClass === NUMBER_TRACES) return words.traces;
    const title = titles[recordClass];
    return title === undefined ? recordClass : locale === 'en' ? title.en : title.zh;
  };
  const fact = (name: string, value: string): string => `${name}  ${value}`;
  return [
    fact(words.deregistration, c.deregistrationId),
    fact(words.requested, c.requestedAt),
    fact(words.approved, c.approvedAt),
    fact(words.completed, c.completedAt),
    fact(words.agreement, `${c.agreement.documentId} ${c.agreement.version} (SHA-256 ${c.agreement.sha256})`),
    fact(words.policy, `${c.retentionPolicy.version} (SHA-256 ${c.retentionPolicy.sha256})`),
    '',
    words.erased,
    ...c.erased.map((e) => `· ${titleOf(e.recordClass)}  ${words.rows(e.count)}`),
    '',
    words.kept,
    ...(c.retained.length === 0 ? [`· ${words.nothing}`] : []),
    ...c.retained.flatMap((r) => [
      `· ${titleOf(r.recordClass)}  ${r.until === null ? words.untilLifted : `${words.until} ${r.until}`}`,
      `  ${words.basis}  ${r.basis.map((b) => words.article(b.instrument, b.article)).join('; ') || words.nothing}`,
      `  ${words.readers}  ${r.readers.join(', ') || words.nobody}`,
    ]),
    '',
    words.systems,
    ...c.participants.map(
      (p) => `· ${p.name}  ${p.acknowledgedAt ?? words.deferred}  ${words.counts(p.erased, p.retained)}`,
    ),
    '',
    fact(words.log, `${c.checkpoint.size}  ${c.checkpoint.head}`),
    fact(words.issuer, c.iss),
    fact(words.receipt, c.jti),
    '',
    words.proof,
  ];
}

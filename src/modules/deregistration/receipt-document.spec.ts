import type { ReceiptClaims } from './domain/receipt.js';
import { receiptLines } from './receipt-document.js';

const claims: ReceiptClaims = {
  iss: 'https://accounts.example',
  iat: 1,
  jti: 'r-1',
  typ: 'deregistration-receipt',
  deregistrationId: 'd-1',
  requestedAt: '2026-11-01T00:00:00.000Z',
  approvedAt: '2026-11-09T00:00:00.000Z',
  completedAt: '2026-11-11T00:00:00.000Z',
  agreement: { documentId: 'user-agreement', version: '2025-01-20', sha256: 'aa' },
  retentionPolicy: { version: '1', sha256: 'bb' },
  erased: [
    { recordClass: 'account_preference', action: 'erase', count: 2 },
    { recordClass: 'number_traces', action: 'erase', count: 1 },
    { recordClass: 'a_class_of_before', action: 'erase', count: 0 },
  ],
  retained: [
    {
      recordClass: 'access_log',
      basis: [{ instrument: '网络安全法', article: '23(3)' }],
      from: '2026-11-11T00:00:00.000Z',
      until: '2027-05-12T16:00:00.000Z',
      readers: ['legal'],
    },
    {
      recordClass: 'access_log',
      basis: [{ instrument: 'legal hold', article: 'h-1' }],
      from: '',
      until: null,
      readers: [],
    },
  ],
  participants: [{ name: 'billing', acknowledgedAt: null, erased: 0, retained: 0 }],
  checkpoint: { size: 7, head: 'cc' },
};
const titles = {
  account_preference: { zh: '偏好设置', en: 'Preferences' },
  access_log: { zh: '登录日志', en: 'Sign-ins and sessions' },
};

describe('the receipt in words', () => {
  it('in Chinese: names of classes, bases and dates, and no code where there is a word', () => {
    const text = receiptLines(claims, 'zh-CN', titles).join('\n');
    expect(text).toContain('· 偏好设置  2 条');
    expect(text).toContain('· 登录日志  留存至 2027-05-12T16:00:00.000Z');
    expect(text).toContain('依据  《网络安全法》第 23(3) 条');
    expect(text).toContain('· 登录日志  法律保全解除之前');
    expect(text).toContain('· billing  因法律保全暂缓  删除 0 条，留存 0 条');
    expect(text).not.toMatch(/access_log|account_preference|number_traces|《legal hold》/);
  });

  it('in English: the same facts, line by line', () => {
    const [zh, en] = (['zh-CN', 'en'] as const).map((locale) => receiptLines(claims, locale, titles));
    expect(en).toHaveLength(zh?.length ?? 0);
    expect(en?.join('\n')).toContain('· Sign-ins and sessions  until the legal hold is lifted');
    expect(en?.join('\n')).toContain('· Counters and codes filed under the number  1 rows');
  });

  it('a class that the policy does not know any more keeps its code', () => {
    expect(receiptLines(claims, 'zh-CN', titles).join('\n')).toContain('· a_class_of_before  0 条');
  });
});

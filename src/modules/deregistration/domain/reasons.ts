/** Why an application may be refused, each with what the person can do next (PIPL 50: reasons on refusal). */
export interface RejectionReason {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly nextStep: { readonly zh: string; readonly en: string };
}

export const REJECTION_REASONS = [
  {
    code: 'identity_not_established',
    zh: '无法确认申请人即账号持有人。',
    en: 'We could not establish that the applicant holds the account.',
    nextStep: {
      zh: '请用账号绑定的手机号重新申请，或走账号找回。',
      en: 'Apply again from the bound number, or recover the account first.',
    },
  },
  {
    code: 'takeover_suspected',
    zh: '账号疑似被他人控制，注销可能不是您的意愿。',
    en: 'The account seems to be in other hands; leaving may not be your wish.',
    nextStep: {
      zh: '请先冻结账号并完成身份核实，再次申请即可。',
      en: 'Freeze the account, prove who you are, then apply again.',
    },
  },
  {
    code: 'obligation_open',
    zh: '申请后新发现未结清的款项、订阅或订单。',
    en: 'An unpaid balance, subscription or order came to light after the application.',
    nextStep: {
      zh: '按注销页所列方式结清后可立即重新申请。',
      en: 'Clear it as the deregistration page says and apply again at once.',
    },
  },
  {
    code: 'authority_order',
    zh: '主管机关依法要求保留该账号。',
    en: 'A competent authority lawfully ordered the account to be kept.',
    nextStep: {
      zh: '您可向作出要求的机关了解，或提出申诉。',
      en: 'Ask the authority concerned, or appeal this decision.',
    },
  },
  {
    code: 'arranged_otherwise',
    zh: '账号持有人生前另有安排，或其已故的事实未能确认。',
    en: 'The holder arranged otherwise in their lifetime, or that they died could not be established.',
    nextStep: {
      zh: '请补充证明材料后重新以书面形式提出；如您即为持有人，账号已恢复，无需任何操作。',
      en: 'Ask again in writing with what is missing; if you are the holder, the account is back and there is nothing to do.',
    },
  },
  {
    code: 'dispute_pending',
    zh: '申请人与监护人或其他权利人对注销存在争议。',
    en: 'Applicant and guardian, or another entitled person, disagree about leaving.',
    nextStep: { zh: '请提交双方一致意见或裁决文书。', en: 'Send an agreed statement, or the ruling that settles it.' },
  },
] as const satisfies readonly RejectionReason[];

export const APPROVAL_REASONS = [
  'conditions_met',
  'legal_duty',
  'guardian_request',
  'relatives_request',
  'automatic_policy',
] as const;

export const rejectionReason = (code: string): RejectionReason | undefined =>
  REJECTION_REASONS.find((r) => r.code === code);

/** True when `code` is a reason for this decision. */
export const isReasonFor = (decision: 'approve' | 'reject', code: string): boolean =>
  decision === 'reject' ? rejectionReason(code) !== undefined : (APPROVAL_REASONS as readonly string[]).includes(code);

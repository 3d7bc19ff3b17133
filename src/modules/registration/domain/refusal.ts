import type { Fired } from './evaluate.js';

/** Why a registration ended without an account, once its number was proven. Stable codes; what to do is said with them. */
export const REFUSALS = [
  'account_exists',
  'identifier_barred',
  'against_the_rules',
  'refused_on_review',
  'guardian_refused',
] as const;
export type Refusal = (typeof REFUSALS)[number];

export interface RefusalTold {
  readonly code: Refusal;
  readonly clauses: readonly string[];
  readonly redress: string;
}

const REDRESS: Readonly<Record<Refusal, { en: string; zh: string; clauses: readonly string[] }>> = {
  account_exists: {
    en: 'This number or third-party account has an account already: sign in with it. If the account is not yours, use the recovery appeal.',
    zh: '该手机号或第三方账号已有账号，请直接登录；如该账号非您本人所有，请通过账号申诉处理。',
    clauses: ['2.2'],
  },
  identifier_barred: {
    en: 'Registration with this number or third-party account is barred for a term. An appeal is open.',
    zh: '该手机号或第三方账号在一定期限内禁止重新注册。您可以提出申诉。',
    clauses: ['7.1'],
  },
  against_the_rules: {
    en: 'The registration goes against the rules on malicious registration. Register with a number and a device of your own.',
    zh: '本次注册不符合防范恶意注册的规定。请使用您本人的手机号和设备注册。',
    clauses: ['2.3(3)'],
  },
  refused_on_review: {
    en: 'The registration was looked at by a person and refused. You may register again, with true information.',
    zh: '经人工审核，本次注册未获通过。您可以以真实信息重新注册。',
    clauses: ['2.2'],
  },
  guardian_refused: {
    en: 'The guardian did not consent. Talk with them, and register again when they agree.',
    zh: '监护人未同意。请与监护人沟通，征得同意后重新注册。',
    clauses: ['2.1'],
  },
};

/** Which refusal the rules that fired amount to; a bar outranks the rest, for it is what an appeal must name. */
export const refusalFor = (fired: readonly Fired[]): Refusal =>
  fired.some((f) => f.outcome === 'refuse' && f.condition === 'barred') ? 'identifier_barred' : 'against_the_rules';

export const tellRefusal = (code: Refusal, locale: string): RefusalTold => ({
  code,
  clauses: REDRESS[code].clauses,
  redress: locale === 'en' ? REDRESS[code].en : REDRESS[code].zh,
});

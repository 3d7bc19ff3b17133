/** What is answered in words of the agreement, whoever decides: by the reason code of the decision. */
export interface StandingAnswer {
  readonly clauses: readonly string[];
  readonly text: string;
}

/**
 * REG-4: an account is not transferred, given, inherited, lent or rented (2.2, 2.3(4)); no route of ours does it, and whoever
 * asks for it by an appeal gets this. What the law gives to relatives of somebody who died is about the information, not the
 * account (个人信息保护法 49).
 */
const ANSWERS: Readonly<
  Record<string, { readonly clauses: readonly string[]; readonly en: string; readonly zh: string }>
> = {
  not_inheritable: {
    clauses: ['2.2', '2.5', '2.5(1)'],
    en:
      'The account cannot be inherited (2.2), so it is opened to nobody else. It can only end: when an account is deregistered, ' +
      'what is in it is erased, except the records that the law makes us keep and for as long as it does (2.5(1)). Close ' +
      'relatives may ask to see, copy, correct or erase personal information of somebody who died, for a lawful and legitimate ' +
      'interest of their own (PIPL 49); that is asked for in writing and hands over no account.',
    zh:
      '账号不可继承（协议第 2.2 条），不能交由他人使用，只能注销。账号注销后，除依法必须保存的记录在法定期限内保存外（第 2.5（1）条），' +
      '其余内容将被删除。近亲属为自身合法、正当利益，可依《个人信息保护法》第四十九条书面请求查阅、复制、更正、删除死者的相关个人信息；该请求不涉及账号的移交。',
  },
  not_transferable: {
    clauses: ['2.2', '2.3(4)'],
    en:
      'The account cannot be transferred, given, lent or rented (2.2, 2.3(4)). Whoever has bought or been given one has no claim ' +
      'to it; register an account of your own.',
    zh: '账号不可转让、不可赠与，也不得出借、出租（协议第 2.2 条、第 2.3（4）条）。受让、受赠账号的人不因此取得该账号，请自行注册。',
  },
};

export const answerFor = (reasonCode: string | null, locale: string): StandingAnswer | null => {
  const found = reasonCode === null ? undefined : ANSWERS[reasonCode];
  return found === undefined ? null : { clauses: found.clauses, text: locale === 'en' ? found.en : found.zh };
};

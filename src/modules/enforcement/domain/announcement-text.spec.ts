import { namingIn } from './announcement-text.js';

describe('what could name somebody in an announcement', () => {
  it('finds numbers, addresses, ids and the display name, each once', () => {
    const zh = '账号小鲸（13800138000，xiao@example.com）被暂停使用；身份证110101199003071234。小鲸。';
    const en = 'Account 0198c0de-7a11-7c3e-9b1d-2f4a6c8e0b13, +86 138-0013-8000.';
    expect(namingIn([zh, en], '小鲸').map(({ code, text }) => `${code} ${text}`)).toEqual([
      'identity_number 110101199003071234',
      'phone 13800138000',
      'e_mail xiao@example.com',
      'display_name 小鲸',
      'phone +86 138-0013-8000',
      'account_id 0198c0de-7a11-7c3e-9b1d-2f4a6c8e0b13',
    ]);
  });

  it('leaves clauses, periods and amounts alone', () => {
    const text = '依据第3.3(9)条暂停使用7日，2026年11月23日起生效，涉及1380条内容，金额120000元。';
    expect(namingIn([text], null)).toEqual([]);
    expect(namingIn(['A name of one letter'], 'A')).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { freshPhone } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { apply, type Leaver, ME, QUICK } from '../support/leaving.js';

/** A form that would pass where the account were not leaving; ids that nobody has, where one is needed. */
const NOBODY = '0198c0de-7a11-7c3e-9b1d-2f4a6c8e0b13';
const REFUSED: Readonly<Record<string, object | undefined>> = {
  'PATCH /v1/accounts/me': { displayName: '换个名字' },
  'POST /v1/accounts/me/freeze': {},
  'POST /v1/accounts/me/unfreeze': { code: '123456' },
  'POST /v1/accounts/me/acceptances': {
    acceptances: [{ documentId: 'user_agreement', version: '2025-01-20' }],
    how: 'checkbox',
  },
  'POST /v1/accounts/me/uses': {
    documentId: 'user_agreement',
    version: '2025-01-20',
    noticeShownAt: new Date().toISOString(),
  },
  'POST /v1/accounts/me/birth-date-corrections': { birthDate: '1991-01-01', statement: '注册时填写错误。' },
  'POST /v1/accounts/me/deregistration': { code: '123456' },
  'POST /v1/accounts/me/guardian-consent': { phone: '+8613900000000', relationship: 'mother' },
  'POST /v1/accounts/me/guardian-consent/link': {},
  'POST /v1/accounts/me/identifier-changes': { phone: '+8613900000001', code: '123456' },
  'POST /v1/accounts/me/identifier-changes/{id}/verifications': { code: '123456' },
  'POST /v1/accounts/me/information-corrections': { statement: '这是正确的名字。', displayName: '正确的名字' },
  'DELETE /v1/accounts/me/third-party-links/{id}': { code: '123456' },
  'POST /v1/third-party-flows': { provider: 'demo', purpose: 'link', code: '123456' },
};

/** What somebody who is leaving may still do, and why. */
const OPEN: Readonly<Record<string, string>> = {
  'DELETE /v1/accounts/me/deregistration': 'withdrawing is the point of the wait',
  'POST /v1/accounts/me/deregistration/codes':
    'a code changes nothing by itself; without an application to prove it ends',
  'POST /v1/accounts/me/step-up-codes': 'a code changes nothing by itself; what it would open is refused',
  'PUT /v1/accounts/me/data-use-objection': 'less use of one’s data is never refused (4.3)',
  'DELETE /v1/accounts/me/identifier-changes/{id}': 'withdraws a change; nothing new',
  'POST /v1/accounts/me/identifier-changes/{id}/objections': 'stops a change that somebody else began',
  'DELETE /v1/sessions': 'signing out',
  'DELETE /v1/sessions/current': 'signing out',
  'POST /v1/appeals': 'what was decided stays contestable (2.5(2))',
  'POST /v1/appeals/{id}/messages': 'the same',
  'POST /v1/appeals/{id}/files': 'the same',
  'POST /v1/appeals/{id}/withdrawal': 'the same',
  'POST /v1/reports': 'a report is about somebody else',
  'POST /v1/accounts/me/information-corrections/{id}/files':
    'leaving withdraws every correction, and a withdrawn one takes no file',
  'POST /v1/sanctions/{id}/rectification-files': 'orders go on (2.5(2))',
  'POST /v1/sanctions/{id}/rectification-submissions': 'orders go on (2.5(2))',
  'POST /v1/third-party-flows/{id}/tokens': 'ends what began before; the flow looks at the account itself',
};

/** For the state; or before it is looked at, because what is named is not there, or the code is wrong. */
const REFUSALS = /^(not_in_this_state|leaving_account|wrong_state|code_invalid|not_a_minor|\w*not_found)$/;

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { 'x-callers'?: readonly string[] }>>>>;
}
const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as Document;
const doors = Object.entries(document.paths)
  .flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method, operation]) => method !== 'get' && operation['x-callers']?.includes('account'))
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  )
  .sort();

describe('R38 the doors of an account that is leaving', () => {
  let app: TestApp;
  let leaver: Leaver;
  beforeAll(async () => {
    app = await startApp({ env: { ...QUICK, DEREGISTRATION_COOLING_OFF: 'P5D' } });
    leaver = await apply(app, freshPhone());
  });
  afterAll(() => app.stop());

  it('are all known: each either refuses, or is open for a reason', () => {
    expect(doors.filter((door) => !(door in REFUSED) && !(door in OPEN))).toEqual([]);
    expect([...Object.keys(REFUSED), ...Object.keys(OPEN)].filter((door) => !doors.includes(door))).toEqual([]);
  });

  it.each(Object.entries(REFUSED))(
    'R38 %s is refused, for the state or for what it names, and nothing moves',
    async (door, body) => {
      const [method = '', path = ''] = door.split(' ');
      const before = await account();
      const answer = await fetch(`${app.url}${path.replace('{id}', NOBODY)}`, {
        method,
        headers: { authorization: `Bearer ${leaver.accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      const { code = text } = JSON.parse(text) as { code?: string };
      expect([door, code]).toEqual([door, expect.stringMatching(REFUSALS)]);
      expect(await account()).toEqual(before);
    },
  );

  it('R38 after all of it a withdrawal still finds the account as it was', async () => {
    expect((await leaver.http.delete(ME)).status).toBe(204);
    expect((await leaver.http.get('/v1/accounts/me')).body).toMatchObject({ state: 'active' });
  });

  /** The account with everything that reaches it, as it stands in the tables. */
  const account = async (): Promise<unknown> => {
    const of = (text: string) => app.db.query(text, [leaver.accountId]);
    return [
      await of('SELECT state, version, display_name, birth_date, locale FROM accounts WHERE id = $1'),
      await of('SELECT kind, blind_index FROM identifier_claims WHERE account_id = $1'),
      await of('SELECT 1 FROM identifier_changes WHERE account_id = $1'),
      await of('SELECT document_id, version FROM agreement_acceptances WHERE account_id = $1'),
      await of('SELECT 1 FROM information_corrections WHERE account_id = $1'),
      await of('SELECT 1 FROM guardian_consents WHERE account_id = $1'),
    ];
  };
});

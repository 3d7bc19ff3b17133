import fc from 'fast-check';
import { isSecretName, redact, redactText } from './redact.js';

describe('what may stand in a log', () => {
  it.each([
    'sent to +8613800138000 now',
    'sent to 13800138000 now',
    'sent to 138 0013 8000 now',
    'Authorization: Bearer abc.def-ghi_jkl',
    'token eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2ln done',
    'GET /v1/x?code=123456&phone=%2B8613800138000',
    'postgres://user:hunter2@db/x',
    'Key (phone_digest)=(k1:aa13800138000) already exists',
    'mail to li.lei@example.com',
    'signed with whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  ])('hides the secret of %s', (line) => {
    const clean = redactText(line);
    for (const secret of ['13800138000', '138 0013', 'abc.def', 'eyJ', '123456', 'hunter2', 'li.lei', 'MfKQ']) {
      expect(clean).not.toContain(secret);
    }
  });

  it.each([
    '0198c0de-7a11-7c3e-9b1d-2f4a6c8e0b13',
    '2026-11-23T20:41:50.123Z',
    'GET /v1/accounts/:id 200 in 12 ms',
    'attempt 3, again in 1380 ms',
  ])('keeps %s', (line) => expect(redactText(line)).toBe(line));

  it('hides members by their name, at any depth, and errors keep no statement values', () => {
    const error = Object.assign(new Error('duplicate (phone)=(13800138000)'), {
      parameters: ['13800138000'],
      code: '23505',
    });
    const clean = JSON.stringify(
      redact({
        accountId: 'a-1',
        phone: '1',
        displayName: '李雷',
        nested: [{ accessToken: 't', code: '123456' }],
        error,
      }),
    );
    expect(clean).toContain('a-1');
    expect(clean).toContain('23505');
    for (const secret of ['李雷', '123456', '"t"', '13800138000']) expect(clean).not.toContain(secret);
  });

  it.each(['accountId', 'statusCode', 'status', 'durationMs', 'route', 'requestId', 'method', 'type', 'errorCode'])(
    'shows members named %s',
    (name) => expect(isSecretName(name)).toBe(false),
  );

  it('hides a mobile number wherever it stands between spaces', () => {
    fc.assert(
      fc.property(fc.integer({ min: 13000000000, max: 19999999999 }), fc.lorem(), (phone, text) => {
        expect(redactText(`${text} ${phone} ${text}`)).not.toContain(String(phone));
      }),
    );
  });
});

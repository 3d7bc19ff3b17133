import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '../../src/kernel/ids.js';
import { HostedChallenge } from '../../src/modules/registration/challenges.js';
import { RegistrationConfig } from '../../src/modules/registration/registration.config.js';

/** A captcha provider on this machine that speaks the `siteverify` form of Turnstile and hCaptcha. */
let server: Server;
let url: string;
let answer: { status: number; body: unknown };
let asked: URLSearchParams[];
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/siteverify`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const registrationId = newId();
const binding = { registrationId, expiresAt: new Date('2026-11-24T00:00:00Z'), ip: '203.0.113.7' };
const good = { success: true, action: 'registration', cdata: registrationId, hostname: 'chat.example' };
const challenge = (): HostedChallenge =>
  new HostedChallenge(
    Object.assign(new RegistrationConfig(), {
      challenge: 'hosted',
      hostedCaptchaUrl: url,
      hostedCaptchaSiteKey: 'site',
      hostedCaptchaSecret: 'secret',
      hostedCaptchaHosts: ['chat.example'],
    }),
  );

it('asks the provider with our secret and the address, and binds the widget to the registration', async () => {
  answer = { status: 200, body: good };
  expect(await challenge().create(binding)).toEqual({
    kind: 'hosted',
    parameters: { siteKey: 'site', action: 'registration', cdata: registrationId },
  });
  expect(await challenge().passes('token', binding)).toBe(true);
  expect(Object.fromEntries(asked[0] ?? [])).toEqual({ secret: 'secret', response: 'token', remoteip: '203.0.113.7' });
});

it.each([
  ['not solved', { status: 200, body: { ...good, success: false } }],
  ['solved for another action', { status: 200, body: { ...good, action: 'sign_in' } }],
  ['solved for another registration', { status: 200, body: { ...good, cdata: newId() } }],
  ['solved on another host', { status: 200, body: { ...good, hostname: 'evil.example' } }],
  ['solved on no host', { status: 200, body: { ...good, hostname: undefined } }],
  ['an error of the provider', { status: 500, body: good }],
  ['an answer that is no object', { status: 200, body: null }],
])('row 16: %s does not pass', async (_what, given) => {
  answer = given;
  expect(await challenge().passes('token', binding)).toBe(false);
});

it('a provider that cannot be reached lets nobody pass', async () => {
  const port = challenge();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  expect(await port.passes('token', binding)).toBe(false);
});

it('without its settings it does not start', () => {
  expect(() => new HostedChallenge(new RegistrationConfig())).toThrow('hostedCaptchaUrl');
});

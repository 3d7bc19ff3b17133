import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { MovableClock } from '../../src/kernel/clock.js';
import { RuntimeConfig } from '../../src/platform/config/runtime.config.js';
import type { OutgoingMessage } from '../../src/platform/messages/message-sender.js';
import { SmsConfig } from '../../src/platform/messages/sms/sms.config.js';
import { smsSender } from '../../src/platform/messages/sms/sms.module.js';
import { LocalServer } from '../support/local-server.js';

interface Seen {
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A provider on this machine that speaks the real wire format; the SDKs are the official ones. */
class Provider extends LocalServer {
  readonly seen: Seen[] = [];
  answer: (seen: Seen) => { status?: number; body: unknown } = () => ({ body: {} });

  protected receive(request: IncomingMessage, response: ServerResponse, content: Buffer): void {
    const seen = {
      url: new URL(request.url ?? '/', 'http://x'),
      headers: request.headers,
      body: content.toString('utf8'),
    };
    this.seen.push(seen);
    const { status = 200, body } = this.answer(seen);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }
}

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const message: OutgoingMessage = {
  id: '01980000-0000-7000-8000-000000000001',
  to: '+8613800138000',
  template: 'verification_code',
  params: { code: '042117', purpose: 'registration' },
  locale: 'zh-CN',
};

let provider: Provider;
let url: string;
let clock: MovableClock;
beforeEach(async () => {
  provider = new Provider();
  url = await provider.open();
  clock = new MovableClock();
});
afterEach(() => provider.close());

const configured = (over: Partial<SmsConfig>): SmsConfig =>
  Object.assign(new SmsConfig(), {
    signName: '深度求索',
    timeout: 'PT2S',
    alibabaEndpoint: url,
    alibabaAccessKeyId: 'ak',
    alibabaAccessKeySecret: 'sk',
    tencentEndpoint: url,
    tencentAppId: '1400000000',
    tencentSecretId: 'id',
    tencentSecretKey: 'key',
    httpUrl: url,
    httpSecret: SECRET,
    templates: {
      alibaba_cloud: { 'verification_code.zh-CN': { id: 'SMS_1', params: ['code'] } },
      tencent_cloud: { verification_code: { id: '100', params: ['code'] } },
    },
    ...over,
  });
const sender = (over: Partial<SmsConfig>) => smsSender(configured(over), clock, new RuntimeConfig());

describe('Alibaba Cloud', () => {
  it('sends by SendSms 2017-05-25, signed with ACS3-HMAC-SHA256', async () => {
    provider.answer = () => ({ body: { Code: 'OK', Message: 'OK', BizId: '1', RequestId: 'r' } });
    await sender({ providers: ['alibaba_cloud'] }).send(message);
    const [seen] = provider.seen;
    expect(seen?.headers).toMatchObject({ 'x-acs-action': 'SendSms', 'x-acs-version': '2017-05-25' });
    expect(seen?.headers.authorization).toMatch(
      /^ACS3-HMAC-SHA256 Credential=ak,SignedHeaders=.+,Signature=[0-9a-f]{64}$/,
    );
    const given = new URLSearchParams([...seen!.url.searchParams, ...new URLSearchParams(seen!.body)]);
    expect(Object.fromEntries(given)).toMatchObject({
      PhoneNumbers: '13800138000',
      SignName: '深度求索',
      TemplateCode: 'SMS_1',
      TemplateParam: '{"code":"042117"}',
      OutId: message.id,
    });
  });

  it('a refusal inside an answer of 200 is a refusal', async () => {
    provider.answer = () => ({ body: { Code: 'isv.BUSINESS_LIMIT_CONTROL', Message: `too many to 13800138000` } });
    const failure: unknown = await sender({ providers: ['alibaba_cloud'] })
      .send(message)
      .catch((e: unknown) => e);
    expect(failure).toMatchObject({ name: 'SmsRefused', code: 'isv.BUSINESS_LIMIT_CONTROL' });
    expect(String(failure)).not.toContain('13800138000');
  });
});

describe('Tencent Cloud', () => {
  const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

  it('sends by SendSms 2021-01-11, signed with TC3-HMAC-SHA256, checked as the provider checks it', async () => {
    provider.answer = () => ({
      body: { Response: { SendStatusSet: [{ Code: 'Ok', Message: 'send success' }], RequestId: 'r' } },
    });
    await sender({ providers: ['tencent_cloud'] }).send(message);
    const [seen] = provider.seen;
    expect(seen?.headers).toMatchObject({
      'x-tc-action': 'SendSms',
      'x-tc-version': '2021-01-11',
      'x-tc-region': 'ap-guangzhou',
    });
    expect(JSON.parse(seen?.body ?? '')).toEqual({
      PhoneNumberSet: ['+8613800138000'],
      SmsSdkAppId: '1400000000',
      SignName: '深度求索',
      TemplateId: '100',
      TemplateParamSet: ['042117'],
      SessionContext: message.id,
    });
    const timestamp = String(seen?.headers['x-tc-timestamp']);
    const date = new Date(Number(timestamp) * 1000).toISOString().slice(0, 10);
    // The SDK signs the bare host; against the real endpoint there is no port to leave out.
    const canonical = `POST\n/\n\ncontent-type:${String(seen?.headers['content-type'])}\nhost:${String(seen?.headers.host).split(':')[0]}\n\ncontent-type;host\n${sha256(seen?.body ?? '')}`;
    const toSign = `TC3-HMAC-SHA256\n${timestamp}\n${date}/sms/tc3_request\n${sha256(canonical)}`;
    const service = /Credential=id\/[\d-]+\/([^/]+)\/tc3_request/.exec(seen?.headers.authorization ?? '')?.[1] ?? '';
    const signature = hmac(
      hmac(hmac(hmac('TC3key', date), service), 'tc3_request'),
      toSign.replace('/sms/', `/${service}/`),
    ).toString('hex');
    expect(seen?.headers.authorization).toContain(`Signature=${signature}`);
  });

  it('a status that is not Ok, and an error, are refusals', async () => {
    provider.answer = () => ({
      body: { Response: { SendStatusSet: [{ Code: 'LimitExceeded.PhoneNumberDailyLimit' }], RequestId: 'r' } },
    });
    await expect(sender({ providers: ['tencent_cloud'] }).send(message)).rejects.toMatchObject({
      code: 'LimitExceeded.PhoneNumberDailyLimit',
    });
    provider.answer = () => ({
      body: { Response: { Error: { Code: 'AuthFailure.SignatureFailure', Message: 'no' }, RequestId: 'r' } },
    });
    await expect(sender({ providers: ['tencent_cloud'] }).send(message)).rejects.toMatchObject({
      code: 'AuthFailure.SignatureFailure',
    });
  });
});

describe('a gateway of our own', () => {
  it('gets the message signed over id, time and body', async () => {
    await sender({ providers: ['http'] }).send(message);
    const [seen] = provider.seen;
    const verified = new Webhook(SECRET).verify(seen?.body ?? '', seen?.headers as Record<string, string>);
    expect(verified).toMatchObject({ to: message.to, params: { code: '042117' } });
    expect(seen?.headers['webhook-id']).toBe(message.id);
    expect(seen?.url.href).not.toContain('042117');
  });

  it.each([301, 400, 500])('an answer of %i is a refusal, and no redirect is followed', async (status) => {
    provider.answer = () => ({ status, body: {} });
    await expect(sender({ providers: ['http'] }).send(message)).rejects.toMatchObject({ name: 'SmsRefused' });
    expect(provider.seen).toHaveLength(1);
  });
});

describe('failover', () => {
  const kindOf = (seen: Seen): string =>
    seen.headers['x-acs-action'] ? 'alibaba' : seen.headers['x-tc-action'] ? 'tencent' : 'http';

  it('the next is asked when one fails; the one that failed rests, and is asked again later', async () => {
    let alibabaIsUp = false;
    provider.answer = (seen) =>
      kindOf(seen) === 'tencent'
        ? { body: { Response: { SendStatusSet: [{ Code: 'Ok' }], RequestId: 'r' } } }
        : { body: { Code: alibabaIsUp ? 'OK' : 'isp.SYSTEM_ERROR' } };
    const failover = sender({ providers: ['alibaba_cloud', 'tencent_cloud'] });
    await failover.send(message);
    await failover.send(message);
    expect(provider.seen.map(kindOf)).toEqual(['alibaba', 'tencent', 'tencent']);
    alibabaIsUp = true;
    clock.advance(31_000);
    await failover.send(message);
    expect(provider.seen.map(kindOf).at(-1)).toBe('alibaba');
  });

  it('with all of them down it throws, and each was asked', async () => {
    provider.answer = () => ({ status: 500, body: {} });
    await expect(sender({ providers: ['http', 'tencent_cloud', 'alibaba_cloud'] }).send(message)).rejects.toThrow();
    expect(new Set(provider.seen.map(kindOf))).toEqual(new Set(['http', 'tencent', 'alibaba']));
  });

  it('a number that is wrong is wrong everywhere: nobody else is asked', async () => {
    provider.answer = () => ({ body: { Code: 'isv.MOBILE_NUMBER_ILLEGAL' } });
    await expect(sender({ providers: ['alibaba_cloud', 'http'] }).send(message)).rejects.toMatchObject({
      code: 'isv.MOBILE_NUMBER_ILLEGAL',
    });
    expect(provider.seen.map(kindOf)).toEqual(['alibaba']);
  });
});

it('a provider without its secrets, no provider, and printing codes in production are refused at the start', () => {
  expect(() =>
    smsSender(configured({ providers: ['alibaba_cloud'], alibabaAccessKeySecret: '' }), clock, new RuntimeConfig()),
  ).toThrow('sms.alibabaAccessKeySecret');
  expect(() => smsSender(configured({ providers: [] }), clock, new RuntimeConfig())).toThrow('sms.providers');
  const production = Object.assign(new RuntimeConfig(), { production: true });
  expect(() => smsSender(configured({ providers: ['console'] }), clock, production)).toThrow('impossible');
});

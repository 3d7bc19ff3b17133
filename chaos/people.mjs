import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const ME = '/v1/accounts/me/deregistration';

/** An answer that was wanted; 409 and the like are for the caller to judge, no answer at all is a reason to ask again. */
export async function call(base, method, path, { body, token, headers = {} } = {}) {
  const response = await fetch(base + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json') && text !== '';
  return { status: response.status, body: isJson ? JSON.parse(text) : text };
}

/** Tries again what the weather spoilt (no connection, 429, 5xx), as a client of good manners does. */
export async function persist(seconds, ask) {
  const deadline = performance.now() + seconds * 1000;
  let last;
  for (let pause = 200; performance.now() < deadline; pause = Math.min(pause * 1.5, 2000)) {
    try {
      last = await ask();
      if (last.status < 500 && last.status !== 429) return last;
    } catch (error) {
      last = { status: 0, body: String(error) };
    }
    await sleep(pause);
  }
  throw new Error(`no answer within ${seconds} s: ${last?.status} ${JSON.stringify(last?.body)}`);
}

const expect = (answer, status, what) => {
  if (answer.status !== status) throw new Error(`${what}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};

export class People {
  /** @param workers whose memory holds the messages that they have sent */
  constructor(api, workers) {
    this.api = api;
    this.workers = workers;
  }

  async register(n, acceptances) {
    const phone = `+86${138 + (n % 2)}${String(10_000_000 + ((n * 38_196_601) % 89_999_999)).padStart(8, '0')}`;
    const displayName = `混沌${randomUUID().slice(0, 13)}`;
    // Everybody comes from a subnet of their own, as people do.
    const headers = { 'x-forwarded-for': `${20 + (n % 150)}.${(n >> 3) % 250}.${(n * 7) % 250}.1` };
    const form = { method: 'phone', phone, birthDate: '1990-05-17', channel: 'web', displayName, acceptances };
    const { id } = expect(
      await persist(60, () => call(this.api, 'POST', '/v1/registrations', { body: form, headers })),
      201,
      'registration',
    );
    const sent = await persist(60, () =>
      call(this.api, 'POST', `/v1/registrations/${id}/codes`, { body: {}, headers }),
    );
    expect(sent, 202, 'code');
    const code = await this.code(phone, new Set(), 60);
    const done = expect(
      await persist(60, () =>
        call(this.api, 'POST', `/v1/registrations/${id}/verifications`, { body: { code }, headers }),
      ),
      200,
      'proof',
    );
    if (done.status !== 'completed') throw new Error(`a registration ended ${done.status}`);
    const reason = `理由${randomUUID()}`;
    return {
      phone,
      displayName,
      reason,
      accountId: done.account.id,
      token: done.tokens.accessToken,
      known: new Set([code]),
    };
  }

  /** Applies; a code that was lost with the worker that sent it is asked for again. */
  async apply(person) {
    for (let attempt = 1; ; attempt += 1) {
      const sent = await persist(60, () => call(this.api, 'POST', `${ME}/codes`, { token: person.token, body: {} }));
      const code =
        sent.status === 202 ? await this.code(person.phone, person.known, 8).catch(() => undefined) : undefined;
      if (code !== undefined) {
        person.known.add(code);
        // One key for one command: an answer that got lost on the way is given again. Another code is another command.
        const headers = { 'idempotency-key': randomUUID() };
        const body = { code, reason: person.reason };
        const answer = await persist(60, () => call(this.api, 'POST', ME, { token: person.token, headers, body }));
        if (answer.status === 201) return { ...person, id: answer.body.id, receiptToken: answer.body.accessToken };
        if (attempt >= 5) throw new Error(`not applied: ${answer.status} ${JSON.stringify(answer.body)}`);
      } else if (attempt >= 5) throw new Error(`no code: ${sent.status} ${JSON.stringify(sent.body)}`);
      await sleep(1200);
    }
  }

  async code(phone, known, seconds) {
    const deadline = performance.now() + seconds * 1000;
    while (performance.now() < deadline) {
      for (const { url } of this.workers) {
        const answer = await call(url, 'GET', `/demo/messages?to=${encodeURIComponent(phone)}`).catch(() => undefined);
        const found = answer?.body?.items?.find((m) => m.params.code !== undefined && !known.has(m.params.code));
        if (found !== undefined) return found.params.code;
      }
      await sleep(150);
    }
    throw new Error('no code came');
  }
}

/** A moderator who works the queue until told to stop. */
export async function review(api, token, stopped) {
  const decided = new Set();
  const path = '/v1/deregistrations?state=in_review&limit=100';
  while (!stopped()) {
    const page = await call(api, 'GET', path, { token }).catch(() => undefined);
    for (const { id } of page?.body?.items ?? []) {
      if (stopped()) break;
      await decide(api, token, id).then(
        (done) => done && decided.add(id),
        () => undefined,
      );
    }
    await sleep(300);
  }
  return decided.size;
}

async function decide(api, token, id) {
  const tasks = await call(api, 'GET', `/v1/review-tasks?kind=deregistration&subjectId=${id}`, { token });
  const task = tasks.body?.items?.[0];
  if (task === undefined) return false;
  if (task.state === 'open') await call(api, 'POST', `/v1/review-tasks/${task.id}/claim`, { token, body: {} });
  const seen = await call(api, 'GET', `/v1/deregistrations/${id}`, { token });
  const body = { decision: 'approve', reasonCode: 'conditions_met', planHash: seen.body.plan.planHash };
  const headers = { 'if-match': `"${seen.body.version}"` };
  return (await call(api, 'POST', `/v1/deregistrations/${id}/decision`, { token, body, headers })).status === 200;
}

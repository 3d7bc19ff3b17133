import { MessageInbox } from '../../src/demo/message-inbox.js';
import { IdentifiersService } from '../../src/modules/accounts/identifiers.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { acceptancesNow, freshPhone } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { Moderation } from '../support/moderation.js';

interface Proven {
  readonly id: string;
  readonly status: string;
  readonly account?: { readonly id: string };
  readonly refusal?: { readonly code: string };
}
interface Held {
  readonly version: number;
  readonly decisions: { readonly fired: { readonly rule: string; readonly clause: string }[] }[];
}

describe('REG-7: a ban on registering again, and what comes near it (7.1, 2.3(3))', () => {
  let app: TestApp;
  let mod: Moderation;
  let acceptances: object[];
  let neighbourhood = 0;
  beforeAll(async () => {
    app = await startApp({ env: { CODES_RESEND_COOLDOWN: 'PT0S', RUNTIME_TRUSTED_PROXIES: '[127.0.0.1]' } });
    mod = new Moderation(app);
    acceptances = await acceptancesNow(app);
  });
  afterAll(() => app.stop());

  /** A subnet of its own, unless told. */
  const elsewhere = (): string => `203.0.${(neighbourhood += 1)}.9`;

  async function register(phone: string, more: object = {}, ip = elsewhere()): Promise<Proven> {
    const http = app.http.withHeaders({ 'x-forwarded-for': ip });
    const form = { method: 'phone', phone, birthDate: '1999-12-31', channel: 'web', acceptances, ...more };
    const { body } = await http.post<{ id: string }>('/v1/registrations', form);
    await http.post(`/v1/registrations/${body.id}/codes`, {});
    await app.drain();
    const sent = app.get(MessageInbox).to(phone);
    const code = sent.find((m) => m.params['code'] !== undefined)?.params['code'];
    return (await http.post<Proven>(`/v1/registrations/${body.id}/verifications`, { code })).body;
  }

  async function ban(accountId: string, more: object = {}): Promise<{ id: string; type: string }> {
    const caseId = await mod.openCase(accountId);
    const { body } = await mod.decide(caseId, [
      { type: 'closure' },
      { type: 'reregistration_ban', duration: 'P1Y', ...more },
    ]);
    const sam = await mod.as('sam', 'senior_moderator');
    const approved = await sam.post(`/v1/decisions/${body.id}/approval`, { approved: true, note: 'Yes.' });
    if (approved.status !== 200) throw new Error(approved.text);
    const found = body.sanctions.find((s) => s.type === 'reregistration_ban');
    if (found === undefined) throw new Error('no ban');
    return found;
  }

  const rulesOf = async (id: string): Promise<string[]> => {
    const { body } = await (await mod.as('bea')).get<Held>(`/v1/registrations/${id}/review`);
    return body.decisions.flatMap((d) => d.fired.map((f) => f.rule));
  };

  it('the number is refused; the device leads to a person, who lets a brother in', async () => {
    const phone = freshPhone();
    const deviceId = `family-tablet-${phone}`;
    const banned = await register(phone, { deviceId, displayName: '赌神阿强' });
    expect(banned.status).toBe('completed');
    await ban(banned.account?.id ?? '');

    // Released, as by leaving: until then the answer to its holder is the account that exists.
    await app
      .get(Transactor)
      .run((tx) => app.get(IdentifiersService).release(tx, banned.account?.id ?? '', {}, 'left'));
    const again = await register(phone, { deviceId: 'another-device-1' });
    expect([again.status, again.refusal?.code]).toEqual(['refused', 'identifier_barred']);

    const brother = await register(freshPhone(), { deviceId });
    expect(brother.status).toBe('in_review');
    expect(await rulesOf(brother.id)).toEqual(['device-barred']);
    // Whoever looks finds the ban, and the queue has the work.
    const bea = await mod.as('bea');
    const { body: queue } = await bea.get<{ items: { id: string; subjectId: string }[] }>(
      '/v1/review-tasks?kind=registration',
    );
    const task = queue.items.find((t) => t.subjectId === brother.id);
    expect((await bea.post(`/v1/review-tasks/${task?.id}/claim`, {})).status).toBe(200);
    const { body: held } = await bea.get<Held>(`/v1/registrations/${brother.id}/review`);
    const answer = await bea.post(
      `/v1/registrations/${brother.id}/decision`,
      { decision: 'approve', reasonCode: 'no_malice' },
      { headers: { 'if-match': `"${held.version}"` } },
    );
    expect(answer.status).toBe(200);
  });

  it('the same name from the same subnet leads to a person; either alone does not', async () => {
    const [home, name] = ['198.18.7.20', '夜半歌声Ａ'];
    const banned = await register(freshPhone(), { displayName: name }, home);
    await ban(banned.account?.id ?? '');
    const disguised = await register(freshPhone(), { displayName: '夜半 歌声а' }, '198.18.7.99');
    expect(disguised.status).toBe('in_review');
    expect(await rulesOf(disguised.id)).toEqual(['name-and-subnet-of-somebody-banned']);
    expect((await register(freshPhone(), { displayName: name })).status).toBe('completed');
    expect((await register(freshPhone(), { displayName: '邻居小李' }, home)).status).toBe('completed');
  });

  it('a number that the banned person once had may be somebody else’s by now: a person looks', async () => {
    const old = freshPhone();
    const banned = await register(old, {});
    const accountId = banned.account?.id ?? '';
    const identifiers = app.get(IdentifiersService);
    await app.get(Transactor).run(async (tx) => {
      await identifiers.release(tx, accountId, { kind: 'phone' }, 'changed');
      await identifiers.claim(tx, accountId, { kind: 'phone', value: freshPhone() });
    });
    await ban(accountId);
    const holder = await register(old);
    expect(holder.status).toBe('in_review');
    expect(await rulesOf(holder.id)).toEqual(['past-number-of-somebody-banned']);
  });

  it('a decision that names the number alone leaves the device out of it', async () => {
    const deviceId = 'shared-library-pc-1';
    const banned = await register(freshPhone(), { deviceId });
    await ban(banned.account?.id ?? '', { identifierKinds: ['phone'] });
    expect((await register(freshPhone(), { deviceId })).status).toBe('completed');
  });

  it('every digest moves with the ban and goes with it', async () => {
    const [phone, deviceId] = [freshPhone(), 'device-of-a-year-1'];
    const banned = await register(phone, { deviceId, displayName: '一年之后' });
    const { id } = await ban(banned.account?.id ?? '');
    const bars = () =>
      app.db.query<{ kind: string; digest: string; days: number }>(
        `SELECT kind, digest, round(extract(epoch FROM until - $2) / 86400)::int AS days FROM barred_identifiers WHERE source_id = $1
          ORDER BY kind`,
        [id, app.clock.now()],
      );
    const first = await bars();
    expect(first.map((b) => b.kind)).toEqual(['device', 'phone', 'subnet_and_name']);
    for (const { digest } of first) expect(digest).toMatch(/^k\d+:[0-9a-f]{64}$/);
    expect(JSON.stringify(first)).not.toContain(deviceId);

    // Shorter by half: the traces with it, also when what they were made of is forgotten by now.
    await app.db.query('DELETE FROM registration_decisions WHERE account_id = $1', [banned.account?.id]);
    const sooner = new Date(app.clock.now().getTime() + 100 * 86_400_000).toISOString();
    const sam = await mod.as('sam', 'senior_moderator');
    const { version } = (await sam.get<{ version: number }>(`/v1/sanctions/${id}`)).body;
    const half = { endsAt: sooner, reason: 'Half is enough.' };
    const changed = await sam.patch(`/v1/sanctions/${id}`, half, { headers: { 'if-match': `"${version}"` } });
    expect(changed.status).toBe(200);
    expect((await bars()).map((b) => b.days)).toEqual([100, 100, 100]);

    // Longer: never beyond the longest term, and by neither of the two who laid it (invariant 9).
    const longer = async (name: string, days: number) => {
      const now = (await sam.get<{ version: number }>(`/v1/sanctions/${id}`)).body.version;
      const endsAt = new Date(app.clock.now().getTime() + days * 86_400_000).toISOString();
      const what = { endsAt, reason: 'Tried again.', explanation: '禁止期间再次批量注册。' };
      const by = await mod.as(name, 'senior_moderator');
      return by.patch<{ code: string }>(`/v1/sanctions/${id}`, what, { headers: { 'if-match': String(now) } });
    };
    expect((await longer('bea', 3 * 366)).body.code).toBe('sanction_change_invalid');
    for (const name of ['alice', 'sam']) expect((await longer(name, 110)).body.code).toBe('second_person_required');
    expect((await longer('bea', 110)).status).toBe(200);
    expect((await bars()).map((b) => b.days)).toEqual([110, 110, 110]);

    app.clock.advance(111 * 86_400_000);
    await app.drain();
    expect(await bars()).toEqual([]);
    expect((await register(freshPhone(), { deviceId })).status).toBe('completed');
  });

  it('a number that has changed hands is cleared on its new holder’s objection, by somebody who did not decide the ban', async () => {
    const phone = freshPhone();
    const deviceId = `old-holder-${phone}`;
    const banned = await register(phone, { deviceId });
    const { id: sanctionId } = await ban(banned.account?.id ?? '');
    await app
      .get(Transactor)
      .run((tx) => app.get(IdentifiersService).release(tx, banned.account?.id ?? '', {}, 'left'));
    const refused = await register(phone);
    expect(refused.refusal?.code).toBe('identifier_barred');
    const path = `/v1/registrations/${refused.id}/ban-objection`;
    const words = { text: 'The operator gave me this number last month.' };
    const filed = await Promise.all([1, 2, 3].map(() => app.http.post<{ id: string; code: string }>(path, words)));
    expect(filed.map((a) => a.status).sort()).toEqual([201, 409, 409]);
    const objection = filed.find((a) => a.status === 201)?.body.id ?? '';
    // Nothing to object to where nothing was barred.
    const free = await register(freshPhone());
    expect((await app.http.post(`/v1/registrations/${free.id}/ban-objection`, words)).status).toBe(409);

    // The contract: taken once however often it is sent, read on record by whoever hears it and by nobody who laid the ban.
    const show = async (
      content: Buffer,
      registration = refused.id,
    ): Promise<{ status: number; body: { id: string } }> => {
      const form = new FormData();
      form.append('file', new Blob([content]), 'contract.pdf');
      const answer = await fetch(`${app.url}/v1/registrations/${registration}/ban-objection/files`, {
        method: 'POST',
        body: form,
      });
      return { status: answer.status, body: (await answer.json()) as { id: string } };
    };
    const contract = Buffer.from('%PDF-1.4\ntrailer<<>>\n%%EOF\n');
    const sent = await Promise.all([1, 2, 3].map(() => show(contract)));
    expect(sent.map((a) => a.status)).toEqual([201, 201, 201]);
    expect(new Set(sent.map((a) => a.body.id)).size).toBe(1);
    expect((await show(Buffer.from('a program'))).status).toBe(422);
    expect((await show(contract, free.id)).status).toBe(404);
    const file = `/v1/ban-objections/${objection}/files/${sent[0]!.body.id}`;
    const readBy = async (name: string) => (await mod.as(name, 'senior_moderator')).get<{ code: string }>(file);
    expect((await readBy('sam')).body.code).toBe('other_reviewer_required');
    expect((await readBy('bea')).text).toBe(contract.toString());
    const onRecord = await app.db.query<{ actor_id: string }>(
      `SELECT actor_id FROM audit_events WHERE type = 'ban_objection.file_read' AND target_id = $1`,
      [objection],
    );
    expect(onRecord).toEqual([{ actor_id: 'bea' }]);

    const decision = { outcome: 'cleared', answer: 'The operator confirms it.' };
    const decide = async (name: string) =>
      (await mod.as(name, 'senior_moderator')).post<{ code: string }>(
        `/v1/ban-objections/${objection}/decision`,
        decision,
      );
    // Alice decided the ban and Sam approved it.
    for (const name of ['alice', 'sam']) expect((await decide(name)).body.code).toBe('conflict_of_interest');
    const shown = await (await mod.as('bea')).get(`/v1/ban-objections/${objection}`);
    expect(shown.body).toMatchObject({ state: 'filed', sanctionIds: [sanctionId], text: words.text });
    expect((await decide('bea')).status).toBe(200);
    expect((await decide('bea')).body.code).toBe('objection_answered');
    expect((await show(contract)).status).toBe(409);
    expect((await app.http.get(path)).body).toMatchObject({ state: 'cleared', answer: decision.answer });

    expect((await register(phone)).status).toBe('completed');
    // The ban itself stands: what else it recognises is still recognised.
    expect((await register(freshPhone(), { deviceId })).status).toBe('in_review');
  });
});

import { MessageInbox } from '../../src/demo/message-inbox.js';
import { newId } from '../../src/kernel/ids.js';
import { IdentifiersService } from '../../src/modules/accounts/identifiers.service.js';
import { EvidenceFileCheck } from '../../src/modules/recovery/evidence-file-check.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { codeSentTo, freshPhone, openAccount, signIn, type SignedIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import type { HttpClient } from '../support/http-client.js';
import { guardianCode, linkTokenOf, minorWithConsent, newestTo, templatesTo } from '../support/minors.js';
import { staffToken } from '../support/tokens.js';

const DAY = 86_400_000;
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('changes of number and recovery', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({
      env: {
        SESSIONS_CODES_PER_ADDRESS: '100000',
        SESSIONS_ATTEMPTS_PER_ADDRESS: '100000',
        RECOVERY_APPEALS_PER_ADDRESS: '100000',
      },
    });
  });
  afterAll(() => app.stop());

  const inbox = () => app.get(MessageInbox);
  const holderOf = (phone: string) =>
    app.get(IdentifiersService).findAccountBy(app.get(Transactor).reader, 'phone', phone);
  const stepUp = async (person: SignedIn, phone: string, purpose = 'identifier_change'): Promise<string> => {
    app.clock.advance(61_000);
    const known = inbox().to(phone).length;
    expect((await person.http.post('/v1/accounts/me/step-up-codes', { purpose })).status).toBe(202);
    return codeSentTo(app, phone, known);
  };
  /** Asks for a change and proves both numbers. */
  const change = async (person: SignedIn, from: string, to: string): Promise<{ id: string; effectiveAt: string }> => {
    const code = await stepUp(person, from);
    const asked = await person.http.post<{ id: string }>('/v1/accounts/me/identifier-changes', { phone: to, code });
    expect(asked).toMatchObject({ status: 201, body: { state: 'requested' } });
    const proof = await codeSentTo(app, to);
    const proved = await person.http.post<{ id: string; effectiveAt: string }>(
      `/v1/accounts/me/identifier-changes/${asked.body.id}/verifications`,
      { code: proof },
    );
    expect(proved).toMatchObject({ status: 200, body: { state: 'cooling_off' } });
    return proved.body;
  };
  const objectionToken = (phone: string): string =>
    inbox()
      .to(phone)
      .find((m) => m.template === 'identifier_change_notice')?.params['objectionToken'] ?? '';

  it('a number changes after both are proved, the old one is told, and time to object has run (REG-5)', async () => {
    const { phone, id } = await openAccount(app);
    const person = await signIn(app, phone);
    const next = freshPhone();
    await change(person, phone, next);
    await app.drain();
    expect(inbox().to(phone)[0]).toMatchObject({ template: 'identifier_change_notice' });
    app.clock.advance(3 * DAY - 120_000);
    await app.drain();
    expect(await holderOf(phone)).toBe(id);
    app.clock.advance(120_000);
    await app.drain();
    expect(await holderOf(next)).toBe(id);
    expect(await holderOf(phone)).toBeUndefined();
    expect((await person.http.get('/v1/accounts/me')).status).toBe(401);
    expect((await signIn(app, next)).accountId).toBe(id);
    // The old number is free for its next owner, who is somebody else.
    expect((await openAccount(app, phone)).id).not.toBe(id);
  });

  it('row 3: a wrong code spends a try and changes nothing', async () => {
    const { phone } = await openAccount(app);
    const person = await signIn(app, phone);
    const code = await stepUp(person, phone);
    const wrong = code === '000000' ? '000001' : '000000';
    const answer = await person.http.post('/v1/accounts/me/identifier-changes', { phone: freshPhone(), code: wrong });
    expect(answer).toMatchObject({ status: 422, body: { code: 'code_invalid' } });
    expect((await person.http.get('/v1/accounts/me/identifier-changes')).body).toMatchObject({ items: [] });
  });

  it('MIN-1 nobody becomes their own guardian by a change of number', async () => {
    const { phone, guardian } = await minorWithConsent(app);
    const ward = await signIn(app, phone);
    const asked = await ward.http.post<{ id: string }>('/v1/accounts/me/identifier-changes', {
      phone: guardian,
      code: await stepUp(ward, phone),
    });
    expect(asked.status).toBe(201);
    const proof = await codeSentTo(app, guardian);
    const proved = await ward.http.post(`/v1/accounts/me/identifier-changes/${asked.body.id}/verifications`, {
      code: proof,
    });
    expect(proved).toMatchObject({ status: 409, body: { code: 'identifier_refused' } });
    expect(await holderOf(guardian)).toBeUndefined();
  });

  it('row 9: that a number is taken is told only to who has proved to hold it', async () => {
    const [a, b] = [await openAccount(app), await openAccount(app)];
    const person = await signIn(app, a.phone);
    const code = await stepUp(person, a.phone);
    const asked = await person.http.post<{ id: string }>('/v1/accounts/me/identifier-changes', {
      phone: b.phone,
      code,
    });
    expect(asked.status).toBe(201);
    const proof = await codeSentTo(app, b.phone);
    const proved = await person.http.post(`/v1/accounts/me/identifier-changes/${asked.body.id}/verifications`, {
      code: proof,
    });
    expect(proved).toMatchObject({ status: 409, body: { code: 'identifier_refused' } });
    expect(await holderOf(b.phone)).toBe(b.id);
  });

  it('the old number objects with the token of the notice: no change, account frozen, sessions over (REG-9)', async () => {
    const { phone, id } = await openAccount(app);
    const thief = await signIn(app, phone);
    const next = freshPhone();
    const { id: changeId } = await change(thief, phone, next);
    await app.drain();
    const token = objectionToken(phone);
    const objected = await app.http.post('/v1/identifier-change-objections', { token });
    expect(objected).toMatchObject({ status: 200, body: { id: changeId, state: 'objected' } });
    expect((await thief.http.get('/v1/accounts/me')).status).toBe(401);
    app.clock.advance(4 * DAY);
    await app.drain();
    expect(await holderOf(phone)).toBe(id);
    expect(await holderOf(next)).toBeUndefined();
    expect((await signIn(app, phone)).status).toBe('frozen');
    // row 15: once, and for nothing else.
    expect((await app.http.post('/v1/identifier-change-objections', { token })).status).toBe(404);
    expect(
      (await app.http.get(`/v1/recovery-appeals/${changeId}`, { headers: { 'recovery-token': token } })).status,
    ).toBe(404);
  });

  it('row 8: the status that counts is the one when the change takes effect', async () => {
    const { phone, id } = await openAccount(app);
    const person = await signIn(app, phone);
    const next = freshPhone();
    await change(person, phone, next);
    await person.http.post('/v1/accounts/me/freeze', {});
    app.clock.advance(4 * DAY);
    await app.drain();
    expect(await holderOf(phone)).toBe(id);
    expect(await app.db.query('SELECT state, failure FROM identifier_changes WHERE account_id = $1', [id])).toEqual([
      { state: 'failed', failure: 'account_state' },
    ]);
  });

  it('row 14: another person’s change does not exist', async () => {
    const [a, b] = [await openAccount(app), await openAccount(app)];
    const mine = await change(await signIn(app, a.phone), a.phone, freshPhone());
    const other = await signIn(app, b.phone);
    for (const answer of [
      await other.http.delete(`/v1/accounts/me/identifier-changes/${mine.id}`),
      await other.http.post(`/v1/accounts/me/identifier-changes/${mine.id}/objections`, {}),
      await other.http.post(`/v1/accounts/me/identifier-changes/${mine.id}/verifications`, { code: '123456' }),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'identifier_change_not_found' } });
    }
    expect(await app.db.query('SELECT state FROM identifier_changes WHERE id = $1', [mine.id])).toEqual([
      { state: 'cooling_off' },
    ]);
  });

  it('of concurrent completions one takes effect', async () => {
    const { phone, id } = await openAccount(app);
    const next = freshPhone();
    await change(await signIn(app, phone), phone, next);
    app.clock.advance(4 * DAY);
    await Promise.all([app.drain(), app.drain()]);
    expect(await app.db.query('SELECT 1 FROM released_identifiers WHERE account_id = $1', [id])).toHaveLength(1);
    expect(await holderOf(next)).toBe(id);
  });

  describe('recovery appeals (REG-8)', () => {
    interface Filed {
      id: string;
      token: string;
    }
    const file = async (lostPhone: string, newPhone: string, about: object = {}): Promise<Filed> => {
      app.clock.advance(61_000);
      const known = inbox().to(newPhone).length;
      expect((await app.http.post('/v1/recovery-appeals/codes', { phone: newPhone })).status).toBe(202);
      const code = await codeSentTo(app, newPhone, known);
      const filed = await app.http.post<Filed>('/v1/recovery-appeals', {
        lostPhone,
        newPhone,
        code,
        statement: '手机遗失，号码已注销，无法接收验证码。',
        displayName: '小鲸',
        ...about,
      });
      expect(filed.status).toBe(201);
      return filed.body;
    };
    const reviewer = async (name = 'rita'): Promise<HttpClient> =>
      app.http.with(await staffToken(app, 'moderator', name));
    const claim = async (http: HttpClient, appealId: string): Promise<void> => {
      const [task] = await app.db.query<{ id: string; version: number }>(
        `SELECT id, version FROM review_tasks WHERE kind IN ('recovery', 'guardian') AND subject_id = $1`,
        [appealId],
      );
      const answer = await http.post(
        `/v1/review-tasks/${task?.id}/claim`,
        {},
        { headers: { 'if-match': `"${task?.version}"` } },
      );
      expect(answer.status).toBe(200);
    };
    const upload = (filed: Filed, content: Buffer, type: string, token = filed.token): Promise<Response> => {
      const form = new FormData();
      form.append('file', new Blob([new Uint8Array(content)], { type }), 'id.png');
      return fetch(`${app.url}/v1/recovery-appeals/${filed.id}/evidence`, {
        method: 'POST',
        headers: { 'recovery-token': token },
        body: form,
      });
    };

    it('a lost account comes back: evidence, review, notice to every old number, delay, new number', async () => {
      const { phone, id } = await openAccount(app);
      const intruder = await signIn(app, phone);
      const next = freshPhone();
      const filed = await file(phone, next);
      const added = await upload(filed, PNG, 'image/png');
      expect(added.status).toBe(201);
      const evidence = (await added.json()) as { id: string };
      const rita = await reviewer();
      const read = await rita.get(`/v1/recovery-appeals/${filed.id}`);
      expect(read.body).toMatchObject({
        file: { accountId: id, claim: { lostPhone: phone, newPhone: next, displayName: '小鲸' } },
      });
      const picture = await fetch(`${app.url}/v1/recovery-appeals/${filed.id}/evidence/${evidence.id}`, {
        headers: { authorization: `Bearer ${await staffToken(app, 'moderator', 'rita')}` },
      });
      expect(Buffer.from(await picture.arrayBuffer()).equals(PNG)).toBe(true);
      const decision = { decision: 'accept', reasonCode: 'evidence_sufficient', note: '与登记信息一致' };
      expect((await rita.post(`/v1/recovery-appeals/${filed.id}/decision`, decision)).status).toBe(409);
      await claim(rita, filed.id);
      const accepted = await rita.post(`/v1/recovery-appeals/${filed.id}/decision`, decision);
      expect(accepted).toMatchObject({ status: 200, body: { state: 'accepted' } });
      await app.drain();
      expect(objectionToken(phone)).not.toBe('');
      app.clock.advance(7 * DAY + 1000);
      await app.drain();
      const own = await app.http.get(`/v1/recovery-appeals/${filed.id}`, {
        headers: { 'recovery-token': filed.token },
      });
      expect(own.body).toMatchObject({ state: 'completed', reasonCode: 'evidence_sufficient' });
      expect(own.text).not.toContain('claim');
      expect((await intruder.http.get('/v1/accounts/me')).status).toBe(401);
      expect((await signIn(app, next)).accountId).toBe(id);
    });

    it('the holder of the account objects: nothing is bound', async () => {
      const { phone, id } = await openAccount(app);
      const next = freshPhone();
      const filed = await file(phone, next);
      const rita = await reviewer();
      await claim(rita, filed.id);
      await rita.post(`/v1/recovery-appeals/${filed.id}/decision`, {
        decision: 'accept',
        reasonCode: 'evidence_sufficient',
      });
      await app.drain();
      expect((await app.http.post('/v1/identifier-change-objections', { token: objectionToken(phone) })).status).toBe(
        200,
      );
      app.clock.advance(8 * DAY);
      await app.drain();
      expect(await holderOf(phone)).toBe(id);
      const own = await app.http.get(`/v1/recovery-appeals/${filed.id}`, {
        headers: { 'recovery-token': filed.token },
      });
      expect(own.body).toMatchObject({ state: 'objected' });
      expect((await signIn(app, phone)).status).toBe('active');
    });

    it('row 9: a number without an account gets the same answer, and can only be rejected', async () => {
      const known = await file((await openAccount(app)).phone, freshPhone());
      const unknown = await file(freshPhone(), freshPhone());
      expect(Object.keys(unknown)).toEqual(Object.keys(known));
      const rita = await reviewer();
      await claim(rita, unknown.id);
      const path = `/v1/recovery-appeals/${unknown.id}/decision`;
      expect(await rita.post(path, { decision: 'accept', reasonCode: 'evidence_sufficient' })).toMatchObject({
        status: 409,
        body: { code: 'recovery_subject_unclear' },
      });
      expect((await rita.post(path, { decision: 'reject', reasonCode: 'not_identified' })).body).toMatchObject({
        state: 'rejected',
        answer: null,
      });
    });

    it('REG-4 who wants to inherit an account gets the answer of clause 2.2, and is told at the number they proved', async () => {
      const { phone, id } = await openAccount(app);
      const heir = freshPhone();
      const filed = await file(phone, heir);
      const rita = await reviewer();
      await claim(rita, filed.id);
      const decided = await rita.post(`/v1/recovery-appeals/${filed.id}/decision`, {
        decision: 'reject',
        reasonCode: 'not_inheritable',
      });
      expect(decided.status).toBe(200);
      await app.drain();
      const own = await app.http.get<{ answer: { clauses: string[]; text: string } }>(
        `/v1/recovery-appeals/${filed.id}`,
        { headers: { 'recovery-token': filed.token } },
      );
      expect(own.body).toMatchObject({ state: 'rejected', answer: { clauses: ['2.2', '2.5', '2.5(1)'] } });
      expect(own.body.answer.text).toContain('不可继承');
      const told = inbox()
        .to(heir)
        .find((m) => m.template === 'recovery_appeal_decided');
      expect(told?.params).toEqual({ outcome: 'rejected' });
      // Whoever holds the account hears nothing of a wish that came to nothing, and keeps it.
      expect(await holderOf(phone)).toBe(id);
    });

    it('row 15: the token opens its own appeal only; without it there is nothing', async () => {
      const [a, b] = [await file(freshPhone(), freshPhone()), await file(freshPhone(), freshPhone())];
      const read = (id: string, token?: string) =>
        app.http.get(`/v1/recovery-appeals/${id}`, token === undefined ? {} : { headers: { 'recovery-token': token } });
      expect((await read(a.id, a.token)).status).toBe(200);
      for (const [id, token] of [
        [a.id, b.token],
        [a.id, undefined],
        [a.id, `${a.token}x`],
        [newId(), a.token],
      ] as const) {
        expect((await read(id, token)).status).toBe(404);
      }
      const person = await signIn(app, (await openAccount(app)).phone);
      expect((await person.http.get(`/v1/recovery-appeals/${a.id}`)).status).toBe(404);
    });

    it('evidence is what its bytes say: a script called png, nothing, too many and too large are refused', async () => {
      const filed = await file(freshPhone(), freshPhone());
      expect((await upload(filed, Buffer.from('<script>alert(1)</script>'), 'image/png')).status).toBe(422);
      expect((await upload(filed, Buffer.alloc(0), 'image/png')).status).toBe(422);
      expect((await upload(filed, Buffer.concat([PNG, Buffer.alloc(11 * 1024 * 1024)]), 'image/png')).status).toBe(413);
      expect((await upload(filed, PNG, 'image/png', 'nonsense')).status).toBe(404);
      const statuses = await Promise.all(
        Array.from({ length: 8 }, async () => (await upload(filed, PNG, 'image/png')).status),
      );
      expect(statuses.filter((s) => s === 201)).toHaveLength(5);
      expect(statuses.filter((s) => s === 409)).toHaveLength(3);
    });

    describe('a guardian who lost the number (2.1, MIN-4)', () => {
      const ACCEPT = { decision: 'accept', reasonCode: 'evidence_sufficient' };
      const noticeTo = (phone: string, template: string) =>
        inbox()
          .to(phone)
          .find((m) => m.template === template)?.params;
      /** Filed with a picture, claimed, accepted. */
      const accepted = async (lost: string, next: string, about: object): Promise<Filed> => {
        const filed = await file(lost, next, about);
        expect((await upload(filed, PNG, 'image/png')).status).toBe(201);
        const rita = await reviewer();
        await claim(rita, filed.id);
        const answer = await rita.post(`/v1/recovery-appeals/${filed.id}/decision`, ACCEPT);
        expect(answer).toMatchObject({ status: 200, body: { state: 'accepted' } });
        await app.drain();
        return filed;
      };
      const stateOf = async ({ id, token }: Filed): Promise<unknown> =>
        (await app.http.get<{ state: string }>(`/v1/recovery-appeals/${id}`, { headers: { 'recovery-token': token } }))
          .body.state;
      const consentOf = (accountId: string) =>
        app.db.query<{ state: string }>(
          'SELECT state FROM guardian_consents WHERE account_id = $1 ORDER BY created_at',
          [accountId],
        );

      it('is reached at another one after proof, review and time to object; consent and limits stay', async () => {
        const { phone, accountId, guardian, token } = await minorWithConsent(app);
        const limits = { minutesPerDay: 30, quietHours: null };
        const code = await guardianCode(app, token, guardian);
        expect((await app.http.put(`/v1/guardian-consents/${token}/limits`, { ...limits, code })).status).toBe(200);
        const next = freshPhone();
        const filed = await file(guardian, next, { about: 'guardian_number', wardPhone: phone });
        const rita = await reviewer();
        await claim(rita, filed.id);
        const queued = await rita.get<{ items: unknown[] }>('/v1/review-tasks?kind=guardian&assignee=me');
        expect(queued.body.items).toMatchObject([{ subjectId: filed.id, accountId }]);
        const decision = `/v1/recovery-appeals/${filed.id}/decision`;
        // On somebody's word alone nothing changes, and be it a reviewer who believes it.
        expect(await rita.post(decision, ACCEPT)).toMatchObject({ status: 409, body: { code: 'evidence_required' } });
        expect((await upload(filed, PNG, 'image/png')).status).toBe(201);
        expect((await rita.get(`/v1/recovery-appeals/${filed.id}`)).body).toMatchObject({
          about: 'guardian_number',
          file: { accountId, claim: { wardPhone: phone }, objectedBefore: 0 },
        });
        expect((await rita.post(decision, ACCEPT)).status).toBe(200);
        await app.drain();
        expect(noticeTo(guardian, 'guardian_change_notice')).toHaveProperty('objectionToken');
        expect(noticeTo(phone, 'ward_guardian_change_notice')).toHaveProperty('objectionToken');
        app.clock.advance(7 * DAY - 300_000);
        await app.drain();
        expect(templatesTo(app, next)).not.toContain('guardian_link_renewed');
        app.clock.advance(301_000);
        await app.drain();
        expect(await stateOf(filed)).toBe('completed');
        // The old number's link is dead, also where it was still valid, and asking for another sends none there.
        expect((await app.http.get(`/v1/guardian-consents/${token}`)).body).toMatchObject({
          code: 'guardian_link_invalid',
        });
        const fresh = linkTokenOf(app, next);
        expect((await app.http.get(`/v1/guardian-consents/${fresh}`)).body).toMatchObject({
          state: 'granted',
          limits: { minutesPerDay: 30 },
        });
        const again = await guardianCode(app, fresh, next);
        const wider = { minutesPerDay: 40, quietHours: null, code: again };
        expect((await app.http.put(`/v1/guardian-consents/${fresh}/limits`, wider)).status).toBe(200);
        expect((await signIn(app, phone)).status).toBe('active');
        expect(await consentOf(accountId)).toEqual([{ state: 'granted' }]);
        const log = await app.db.query<{ text: string }>(
          'SELECT a::text AS text FROM audit_events a WHERE account_id = $1',
          [accountId],
        );
        const said = log.map((l) => l.text).join();
        for (const type of ['guardian_change.opened', 'guardian_change.completed', 'guardian_consent.number_changed'])
          expect(said).toContain(type);
        expect(said).not.toContain(next);
        expect(said).not.toContain('identifier_change');
      });

      it('cannot be replaced by the minor: not by their number, not from their session, not without the right one', async () => {
        const { phone, guardian } = await minorWithConsent(app);
        const ward = await signIn(app, phone);
        const own = await file(guardian, phone, { about: 'new_guardian', wardPhone: phone, relationship: '妈妈' });
        const guessed = await file(freshPhone(), freshPhone(), { about: 'new_guardian', wardPhone: phone });
        expect(Object.keys(guessed)).toEqual(Object.keys(own));
        const rita = await reviewer();
        for (const [filed, code] of [
          [own, 'guardian_not_acceptable'],
          [guessed, 'recovery_subject_unclear'],
        ] as const) {
          await upload(filed, PNG, 'image/png');
          await claim(rita, filed.id);
          const answer = await rita.post(`/v1/recovery-appeals/${filed.id}/decision`, ACCEPT);
          expect(answer.body).toMatchObject({ code });
          await rita.post(`/v1/recovery-appeals/${filed.id}/decision`, {
            decision: 'reject',
            reasonCode: 'details_differ',
          });
        }
        await accepted(guardian, freshPhone(), { about: 'guardian_number', wardPhone: phone });
        expect((await ward.http.get('/v1/accounts/me/identifier-changes')).body).toMatchObject({ items: [] });
        const [change] = await app.db.query<{ id: string }>(
          `SELECT id FROM identifier_changes WHERE account_id = $1 AND about = 'guardian_number'`,
          [ward.accountId],
        );
        const answer = await ward.http.post(`/v1/accounts/me/identifier-changes/${change?.id}/objections`, {});
        expect(answer).toMatchObject({ status: 404, body: { code: 'identifier_change_not_found' } });
        // Half a wish is refused as a whole.
        const half = { lostPhone: guardian, newPhone: freshPhone(), code: '123456', statement: '监护人手机号已停用。' };
        for (const about of [{ about: 'guardian_number' }, { wardPhone: phone }])
          expect((await app.http.post('/v1/recovery-appeals', { ...half, ...about })).status).toBe(400);
      });

      it('keeps the page when the old number objects; the minor is heard once', async () => {
        const { phone, accountId, guardian, token } = await minorWithConsent(app);
        const first = await accepted(guardian, freshPhone(), { about: 'guardian_number', wardPhone: phone });
        const byWard = noticeTo(phone, 'ward_guardian_change_notice')?.['objectionToken'];
        expect((await app.http.post('/v1/identifier-change-objections', { token: byWard })).status).toBe(200);
        expect(await stateOf(first)).toBe('objected');
        const second = await accepted(guardian, freshPhone(), { about: 'guardian_number', wardPhone: phone });
        expect(noticeTo(phone, 'ward_guardian_change_notice')).not.toHaveProperty('objectionToken');
        const byGuardian = noticeTo(guardian, 'guardian_change_notice')?.['objectionToken'];
        expect((await app.http.post('/v1/identifier-change-objections', { token: byGuardian })).status).toBe(200);
        expect(await stateOf(second)).toBe('objected');
        app.clock.advance(8 * DAY);
        await app.drain();
        expect((await app.http.post(`/v1/guardian-consents/${token}/link`, {})).status).toBe(202);
        await app.drain();
        expect((await app.http.get(`/v1/guardian-consents/${linkTokenOf(app, guardian)}`)).status).toBe(200);
        expect((await signIn(app, phone)).status).toBe('active');
        expect(await consentOf(accountId)).toEqual([{ state: 'granted' }]);
      });

      it('is followed by another guardian, whose own yes is needed before the minor goes on', async () => {
        const { phone, accountId, guardian } = await minorWithConsent(app);
        const aunt = freshPhone();
        await accepted(guardian, aunt, { about: 'new_guardian', wardPhone: phone, relationship: '姑姑' });
        app.clock.advance(7 * DAY + 1000);
        await app.drain();
        const ward = await signIn(app, phone);
        const standing = async () =>
          (await ward.http.get<{ mayUse: boolean; blocks: { code: string }[] }>('/v1/accounts/me/standing')).body;
        expect(await standing()).toMatchObject({ mayUse: false, blocks: [{ code: 'guardian_consent_revoked' }] });
        const token = linkTokenOf(app, aunt);
        const code = await guardianCode(app, token, aunt);
        const yes = { decision: 'granted', code, guardianName: '王敏', relationship: '姑姑' };
        expect((await app.http.post(`/v1/guardian-consents/${token}/decision`, yes)).status).toBe(200);
        expect(await standing()).toMatchObject({ mayUse: true, blocks: [] });
        expect(await consentOf(accountId)).toEqual([{ state: 'revoked' }, { state: 'granted' }]);
      });

      it('row 8: what has changed by the time it takes effect counts', async () => {
        const { phone, guardian, token } = await minorWithConsent(app);
        const filed = await accepted(guardian, freshPhone(), { about: 'guardian_number', wardPhone: phone });
        const code = await guardianCode(app, token, guardian);
        expect((await app.http.post(`/v1/guardian-consents/${token}/revocation`, { code })).status).toBe(200);
        app.clock.advance(8 * DAY);
        await app.drain();
        expect(await stateOf(filed)).toBe('failed');
      });
    });

    describe('a guardian who has the number still and another one too (2.1, MIN-4)', () => {
      type Change = { id: string; state: string; effectiveAt: string | null; code?: string };
      const changesAt = (token: string): string => `/v1/guardian-consents/${token}/number-changes`;
      const ask = async (token: string, from: string, to: string, key: string = newId()) => {
        const code = await guardianCode(app, token, from);
        const headers = { 'idempotency-key': key };
        return app.http.post<Change>(changesAt(token), { phone: to, code }, { headers });
      };
      const prove = async (token: string, change: Change, to: string) => {
        await app.drain();
        return app.http.post<Change>(`${changesAt(token)}/${change.id}/verifications`, {
          code: newestTo(app, to, 'code'),
        });
      };
      const noticeTo = (phone: string, template: string) =>
        inbox()
          .to(phone)
          .find((m) => m.template === template)?.params;

      it('moves by a code at each: told, time to object, then the link goes to the new one; consent and limits stay', async () => {
        const { phone, accountId, guardian, token } = await minorWithConsent(app);
        const next = freshPhone();
        const asked = await ask(token, guardian, next);
        expect(asked).toMatchObject({ status: 201, body: { state: 'requested', origin: 'owner' } });
        const proved = await prove(token, asked.body, next);
        expect(proved).toMatchObject({ status: 200, body: { state: 'cooling_off' } });
        await app.drain();
        expect(noticeTo(guardian, 'guardian_change_notice')).toHaveProperty('objectionToken');
        expect(noticeTo(phone, 'ward_guardian_change_notice')).toEqual({ effectiveAt: proved.body.effectiveAt });
        expect((await app.http.get(changesAt(token))).body).toMatchObject({ items: [{ id: asked.body.id }] });
        app.clock.advance(3 * DAY - 60_000);
        await app.drain();
        expect(templatesTo(app, next)).not.toContain('guardian_link_renewed');
        app.clock.advance(61_000);
        await app.drain();
        for (const told of [guardian, phone]) expect(templatesTo(app, told)).toContain('guardian_change_done');
        expect((await app.http.get(`/v1/guardian-consents/${token}`)).status).toBe(404);
        const fresh = linkTokenOf(app, next);
        expect((await app.http.get(`/v1/guardian-consents/${fresh}`)).body).toMatchObject({ state: 'granted' });
        const evidence = await app.db.query<{ step: string; method: string }>(
          `SELECT step, method FROM guardian_consent_evidence WHERE account_id = $1 AND step LIKE 'number%' ORDER BY at, id`,
          [accountId],
        );
        expect(evidence).toEqual([
          { step: 'number_change_asked', method: 'sms_code' },
          { step: 'number_change_proved', method: 'sms_code' },
          { step: 'number_changed', method: 'codes_to_both_numbers' },
        ]);
        const [log] = await app.db.query<{ said: string }>(
          'SELECT string_agg(a::text, chr(10)) AS said FROM audit_events a WHERE account_id = $1',
          [accountId],
        );
        expect(log?.said).toContain('guardian_change.requested');
        for (const value of [next, 'identifier_change']) expect(log?.said).not.toContain(value);
      });

      it('stays with the old number when it objects, and nothing of the child is frozen', async () => {
        const { phone, guardian, token } = await minorWithConsent(app);
        const next = freshPhone();
        const asked = await ask(token, guardian, next, 'once');
        expect((await app.http.get(changesAt(token))).body).toMatchObject({ items: [{ state: 'requested' }] });
        await prove(token, asked.body, next);
        await app.drain();
        const second = await ask(token, guardian, freshPhone());
        expect(second).toMatchObject({ status: 409, body: { code: 'identifier_change_pending' } });
        const objection = { token: noticeTo(guardian, 'guardian_change_notice')?.['objectionToken'] };
        expect((await app.http.post('/v1/identifier-change-objections', objection)).status).toBe(200);
        app.clock.advance(4 * DAY);
        await app.drain();
        expect(templatesTo(app, next)).not.toContain('guardian_link_renewed');
        expect((await signIn(app, phone)).status).toBe('active');
      });

      it('not without the present number’s code, nor to whom could not be asked; that is told only to who has the number', async () => {
        const { phone, guardian, token } = await minorWithConsent(app);
        const wrong = await app.http.post(changesAt(token), { phone: freshPhone(), code: '000000' });
        expect(wrong).toMatchObject({ status: 422, body: { code: 'code_invalid' } });
        expect((await ask(token, guardian, guardian)).body).toMatchObject({ code: 'identifier_unchanged' });
        const { phone: child } = await minorWithConsent(app);
        for (const unfit of [phone, child]) {
          app.clock.advance(DAY);
          const asked = await ask(token, guardian, unfit);
          expect(asked).toMatchObject({ status: 201, body: { state: 'requested' } });
          const answer = await prove(token, asked.body, unfit);
          expect(answer).toMatchObject({ status: 422, body: { code: 'guardian_not_acceptable' } });
        }
        expect((await app.http.get(changesAt(token))).body).toMatchObject({
          items: [{ state: 'withdrawn', failure: 'guardian_not_acceptable' }, { state: 'withdrawn' }],
        });
      });

      it('row 14: is of the guardian who began it: no other link proves it; row 8: consent taken back, it comes to nothing', async () => {
        const mine = await minorWithConsent(app);
        const other = await minorWithConsent(app);
        const next = freshPhone();
        const asked = await ask(mine.token, mine.guardian, next);
        expect(await prove(other.token, asked.body, next)).toMatchObject({
          status: 404,
          body: { code: 'identifier_change_not_found' },
        });
        const ward = await signIn(app, mine.phone);
        const asWard = `/v1/accounts/me/identifier-changes/${asked.body.id}`;
        expect((await ward.http.delete(asWard)).status).toBe(404);
        expect((await prove(mine.token, asked.body, next)).status).toBe(200);
        const code = await guardianCode(app, mine.token, mine.guardian);
        expect((await app.http.post(`/v1/guardian-consents/${mine.token}/revocation`, { code })).status).toBe(200);
        app.clock.advance(4 * DAY);
        await app.drain();
        const [change] = await app.db.query<{ state: string; failure: string }>(
          'SELECT state, failure FROM identifier_changes WHERE id = $1',
          [asked.body.id],
        );
        expect(change).toEqual({ state: 'failed', failure: 'consent_ended' });
      });
    });

    it('a file whose row is gone is noise, and goes', async () => {
      const filed = await file(freshPhone(), freshPhone());
      await upload(filed, PNG, 'image/png');
      await app.db.query('DELETE FROM recovery_evidence WHERE appeal_id = $1', [filed.id]);
      const evidence = app.get(EvidenceFileCheck);
      expect(await evidence.removeOrphans(new Date(app.clock.now().getTime() + 365 * DAY))).toBeGreaterThanOrEqual(1);
      expect(await evidence.removeOrphans(new Date(app.clock.now().getTime() + 365 * DAY))).toBe(0);
    });
  });

  it('a reported misuse becomes work for a person, who ends it and may lift the freeze (REG-9)', async () => {
    const { phone, id } = await openAccount(app);
    await (await signIn(app, phone)).http.post('/v1/accounts/me/freeze', {});
    await app.drain();
    const [task] = await app.db.query<{ id: string; version: number }>(
      `SELECT id, version FROM review_tasks WHERE kind = 'account_misuse' AND subject_id = $1`,
      [id],
    );
    const mona = app.http.with(await staffToken(app, 'moderator', 'mona'));
    const path = `/v1/accounts/${id}/misuse-review`;
    const answer = { outcome: 'no_misuse_found', unfreeze: true };
    expect((await mona.post(path, answer)).status).toBe(409);
    await mona.post(`/v1/review-tasks/${task?.id}/claim`, {}, { headers: { 'if-match': `"${task?.version}"` } });
    expect(await mona.post(path, answer)).toMatchObject({ status: 200, body: { state: 'active' } });
    expect((await mona.post(path, answer)).status).toBeGreaterThanOrEqual(404);
  });
});

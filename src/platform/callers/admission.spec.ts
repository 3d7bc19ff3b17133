import fc from 'fast-check';
import { type CallerSpec, SERVICE_SCOPES, STAFF_ROLES } from '../http/operation.js';
import { admit } from './admission.js';
import { actorOf, type Caller } from './caller.js';

const ip = '203.0.113.9';
const anybody: Caller = { kind: 'public', ip };
const account: Caller = { kind: 'account', accountId: 'a', sessionId: 's', ip };
const staff: Caller = { kind: 'staff', id: 'alice', roles: ['moderator', 'legal'], ip };
const service: Caller = { kind: 'service', id: 'gateway', scopes: ['standing:read'], ip };

describe('admission', () => {
  test.each<[string, Caller, CallerSpec[], boolean]>([
    ['nobody by default', account, [], false],
    ['public for all', anybody, ['public'], true],
    ['public for the signed in', account, ['public'], true],
    ['guardian by link', anybody, ['guardian'], true],
    ['account on account', account, ['account'], true],
    ['staff is no account', staff, ['account'], false],
    ['account is no staff', account, ['staff:moderator'], false],
    ['service is no staff', service, ['staff:moderator'], false],
    ['a role of several', staff, ['staff:legal'], true],
    ['a role not held', staff, ['staff:admin', 'staff:auditor'], false],
    ['a scope', service, ['service:standing:read'], true],
    ['another scope', service, ['service:erasure:ack'], false],
    ['public is nobody', anybody, ['account', 'staff:admin'], false],
  ])('%s', (_name, caller, declared, expected) => {
    expect(admit(caller, declared) !== undefined).toBe(expected);
  });

  test('the act is recorded under the role that opened the door', () => {
    const admitted = admit(staff, ['staff:legal']);
    expect(admitted && actorOf(admitted)).toEqual({ kind: 'staff', id: 'alice', role: 'legal' });
  });

  test('what is not declared for a kind never lets that kind in', () => {
    const specs = fc.subarray<CallerSpec>([
      'account',
      ...STAFF_ROLES.map((r): CallerSpec => `staff:${r}`),
      ...SERVICE_SCOPES.map((s): CallerSpec => `service:${s}`),
    ]);
    const callers = fc.oneof<fc.Arbitrary<Caller>[]>(
      fc.constant(anybody),
      fc.constant(account),
      fc.subarray([...STAFF_ROLES]).map((roles) => ({ ...staff, roles }) as Caller),
      fc.subarray([...SERVICE_SCOPES]).map((scopes) => ({ ...service, scopes }) as Caller),
    );
    fc.assert(
      fc.property(callers, specs, (caller, declared) => {
        const mine =
          caller.kind === 'account'
            ? declared.includes('account')
            : caller.kind === 'staff'
              ? caller.roles.some((r) => declared.includes(`staff:${r}`))
              : caller.kind === 'service' && caller.scopes.some((s) => declared.includes(`service:${s}`));
        expect(admit(caller, declared) !== undefined).toBe(mine);
      }),
    );
  });
});

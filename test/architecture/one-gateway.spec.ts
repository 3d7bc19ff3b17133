import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readPolicyFile } from '../../src/modules/retention/catalogue.js';

const root = join(import.meta.dirname, '../..');
const { policy } = readPolicyFile(join(root, 'config/retention-policy.yaml'));
const classified = new Set(policy.classes.flatMap((c) => c.tables.map((p) => p.table)));

/**
 * Deletions of classified rows outside the gateway, each with the reason why a legal hold does not reach it: what is
 * deleted there is moved and not destroyed, or lives for minutes, or belongs to nobody who could be held.
 */
const EXEMPT: Readonly<Record<string, string>> = {
  'src/modules/accounts/identifiers.store.ts identifier_claims':
    'moved into released_identifiers in the same statement',
  'src/modules/agreements/acceptances.store.ts agreement_acceptance_details':
    "the module's own erasure, called by nobody but its tests",
  'src/modules/deregistration/obligation.store.ts deregistration_obligations':
    'a participant takes back what it reported',
  'src/modules/deregistration/snapshots.store.ts deregistration_snapshots':
    'the sealed address goes with the receipt, used once (R25)',
  'src/modules/guardianship/waiting-wards.store.ts waiting_wards': 'the wait is over: a due time, not a record',
  'src/modules/reconsent/reconsent.store.ts reconsents': 'what was accepted is not pending any more',
  'src/modules/registration/attempt-counters.store.ts registration_marks': 'keyed digests of a sliding window',
  'src/modules/registration/registration.store.ts registrations': 'attempts that ended without an account',
  'src/modules/registration/registration.store.ts registration_decisions': 'follow their attempt',
  'src/modules/registration/rules.store.ts registration_decisions': 'digests and codes, by age',
  'src/modules/third-party/flows.store.ts third_party_flows': 'a sign-in under way, sealed for minutes',
  'src/modules/verification/verification.store.ts verification_codes': 'one-time codes live for minutes',
  'src/modules/verification/verification.store.ts verification_sends': 'keyed digests of a sliding window',
  'src/platform/messages/outgoing-messages.store.ts outgoing_messages': 'sealed messages that were sent or given up',
};

function deletions(): string[] {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.startsWith(join('modules', 'retention')),
  );
  const found = files.flatMap((file) => {
    const path = join(root, 'src', file);
    const tables = [...readFileSync(path, 'utf8').matchAll(/(?:DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?)\s+"?(\w+)/gi)].map(
      (m) => String(m[1]),
    );
    return tables.filter((table) => classified.has(table)).map((table) => `${relative(root, path)} ${table}`);
  });
  return [...new Set(found)].sort();
}

describe('R3 one way by which classified data goes', () => {
  it('is the deletion gateway; every other deletion is named here with its reason', () => {
    expect(deletions().filter((name) => EXEMPT[name] === undefined)).toEqual([]);
  });

  it('names no exemption that is not needed any more', () => {
    const found = deletions();
    expect(Object.keys(EXEMPT).filter((name) => !found.includes(name))).toEqual([]);
  });
});

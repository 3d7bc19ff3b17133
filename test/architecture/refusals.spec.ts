import { documentedRefusals, EVERYWHERE } from '../support/documented-refusals.js';
import { thrownRefusals } from '../support/thrown-refusals.js';

/** What the calls lead to and what cannot come of it, each with the reason. */
const IMPOSSIBLE: readonly { readonly code: RegExp; readonly route: RegExp; readonly why: string }[] = [
  {
    code: /^account_not_found$/,
    route: /^(?!.*\/accounts\/\{id\})(?!POST \/v1\/deregistrations$)/,
    why: 'an account is never deleted: its row stays as a tombstone, and only who names one can name one that is not there',
  },
  { code: /^invalid_cursor$/, route: /rss$|\/bans$/, why: 'the first page only: no cursor is taken' },
  {
    code: /./,
    route: /^POST \/v1\/(bulk-decisions|report-batches|review-tasks\/bulk-actions)$/,
    why: 'what an item is refused for stands beside the item',
  },
  {
    code: /^(deregistration_open|deregistration_obstructed|told_text_changed)$/,
    route: /^POST \/v1\/guardian-consents\/\{token\}\/deregistration$/,
    why: 'told as ward_leaving_already and ward_leaving_obstructed; nothing is agreed to stay',
  },
  {
    code: /^(no_application|point_of_no_return)$/,
    route: /^POST \/v1\/guardian-consents\/\{token\}\/deregistration\/withdrawal$/,
    why: 'told as ward_leaving_settled',
  },
  { code: /^told_text_changed$/, route: /^POST \/v1\/deregistrations$/, why: 'nobody agrees for who died' },
  {
    code: /^(case|appeal)_not_found$/,
    route: /^POST .*(\/cases|\/appeals|\/decisions\/\{id\}\/(approval|withdrawal))$/,
    why: 'read back in the request that wrote it, or referred to by a key of the decision',
  },
  {
    code: /^unknown_policy$/,
    route: /^(GET \/v1\/deregistrations\/\{id\}|POST \/v1\/deregistrations\/\{id\}\/decision)$/,
    why: 'a plan names the policy that was pinned when it was made, and what is pinned stays',
  },
  { code: /^guardian_not_asked$/, route: /^POST .*guardian-consent$/, why: 'read back after somebody was asked' },
];

/**
 * Issue: "every route, every error code". A code that a use case can throw and the document does not name is one that no
 * generated client is prepared for.
 */
describe('refusals', () => {
  const documented = documentedRefusals();
  const thrown = new Map(thrownRefusals().map((t) => [t.operationId, t.codes]));

  it('the code of every documented handler is found', () => {
    expect(documented.filter((o) => !thrown.has(o.operationId)).map((o) => o.name)).toEqual([]);
    expect([...thrown.values()].filter((codes) => codes.size > 0).length).toBeGreaterThan(150);
  });

  it('what a use case can throw stands in the document of its route', () => {
    const silent = documented.flatMap(({ name, operationId, codes }) =>
      [...(thrown.get(operationId) ?? [])]
        .filter(([code]) => !codes.has(code) && !EVERYWHERE.has(code))
        .filter(([code]) => !IMPOSSIBLE.some((i) => i.code.test(code) && i.route.test(name)))
        .map(([code, path]) => `${name}: ${code}, by ${path.join(' > ')}`),
    );
    expect(silent).toEqual([]);
  });

  it('no route documents what nothing in it throws', () => {
    // Added by the decorator itself, and what is refused like the decision that is held.
    const general = new Set([...EVERYWHERE, 'invalid_cursor', 'precondition_required', 'stale_version']);
    const idle = documented
      .filter((o) => !o.name.endsWith('/held-decisions'))
      .flatMap(({ name, operationId, codes }) =>
        [...codes]
          .filter((code) => !general.has(code) && thrown.get(operationId)?.has(code) !== true)
          .map((code) => `${name}: ${code}`),
      );
    expect(idle).toEqual([]);
  });
});

import { newId } from '../../src/kernel/ids.js';
import { startApp, type TestApp } from '../support/app.js';
import { contentOf, otherSubjects, undeclaredCallers } from '../support/strangers.js';

describe('attack row 14: strangers at every door', () => {
  let app: TestApp;
  let ids: string[];
  beforeAll(async () => {
    // Role `api`: no sweep and no sequencer writes while we compare.
    app = await startApp({ env: { ROLE: 'api', LIMITS_PUBLIC_REQUESTS: '1000000' } });
    ids = [newId()];
  });
  afterAll(() => app?.stop());

  test('who is not declared for a route gets 401 or 403, and nothing changes', async () => {
    const before = await contentOf(app);
    const attempts = await undeclaredCallers(app, ids);
    const wrong = attempts.filter((a) => a.status !== (a.who === 'nobody' ? 401 : 403));
    expect(wrong).toEqual([]);
    expect(await contentOf(app)).toEqual(before);
  }, 120_000);

  test("another subject's id is refused on every :id route, and nothing changes", async () => {
    const before = await contentOf(app);
    const got = (await otherSubjects(app, ids)).filter((a) => a.status < 400 || a.status >= 500);
    expect(got).toEqual([]);
    expect(await contentOf(app)).toEqual(before);
  }, 120_000);
});

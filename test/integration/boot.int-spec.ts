import { startApp, type TestApp } from '../support/app.js';

describe('the service at its edge', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  it('answers an unknown address with a problem document in the asked language', async () => {
    const answer = await app.http.get('/v1/nowhere', { headers: { 'accept-language': 'en' } });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'not_found', status: 404, requestId: expect.any(String) });
  });

  it('serves its OpenAPI 3.1 document and a page to read it', async () => {
    const document = await app.http.get<{ openapi: string }>('/openapi.json');
    expect(document.body.openapi).toBe('3.1.0');
    expect((await app.http.get('/docs')).status).toBe(200);
  });
});

import { mayUseCookie } from './same-origin.js';

const ORIGIN = 'https://account.example';
const ours = { 'x-console': '1', origin: ORIGIN, 'sec-fetch-site': 'same-origin' };

describe('when a cookie may speak', () => {
  test.each<[string, string, Record<string, string>, boolean]>([
    ['our page reads', 'GET', { 'sec-fetch-site': 'same-origin' }, true],
    ['typed into the address bar', 'GET', { 'sec-fetch-site': 'none' }, true],
    ['another site reads', 'GET', { 'sec-fetch-site': 'cross-site' }, false],
    ['a subdomain reads', 'GET', { 'sec-fetch-site': 'same-site' }, false],
    ['our page writes', 'POST', ours, true],
    ['an older browser of ours writes', 'POST', { 'x-console': '1', origin: ORIGIN }, true],
    ['without the header', 'POST', { origin: ORIGIN, 'sec-fetch-site': 'same-origin' }, false],
    ['another origin', 'POST', { ...ours, origin: 'https://evil.example' }, false],
    ['an origin that hides', 'POST', { ...ours, origin: 'null' }, false],
    ['another site', 'DELETE', { ...ours, 'sec-fetch-site': 'cross-site' }, false],
    ['no word about where from', 'POST', { 'x-console': '1' }, false],
    ['an origin that begins like ours', 'POST', { ...ours, origin: `${ORIGIN}.evil.example` }, false],
  ])('%s', (_name, method, headers, expected) => {
    expect(mayUseCookie(method, headers, ORIGIN)).toBe(expected);
  });
});

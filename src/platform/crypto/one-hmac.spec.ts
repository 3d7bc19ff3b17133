import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { OneHmac } from './one-hmac.js';

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((given) => Buffer.from(given));

it('is what the library calls HMAC-SHA-256', () => {
  fc.assert(
    fc.property(bytes(64), bytes(300), bytes(5), (key, first, second) => {
      const expected = createHmac('sha256', key).update(first).update(second).digest();
      expect(new OneHmac(key).of(first, second)).toEqual(expected);
    }),
  );
});

it('takes no longer key', () => {
  expect(() => new OneHmac(Buffer.alloc(65))).toThrow(RangeError);
});

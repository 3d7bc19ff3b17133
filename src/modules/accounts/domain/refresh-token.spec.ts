import fc from 'fast-check';
import { newId } from '../../../kernel/ids.js';
import { readRefreshToken, writeRefreshToken } from './refresh-token.js';

const digest = 'ab'.repeat(32);

it('reads what it wrote', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (generation) => {
      const token = { sessionId: newId(), generation, digest };
      expect(readRefreshToken(writeRefreshToken(token))).toEqual(token);
    }),
  );
});

it('row 15: has one spelling, and no other text is a token', () => {
  const text = writeRefreshToken({ sessionId: newId(), generation: 1, digest });
  for (const other of [`${text}=`, text.slice(0, -1), `${text}A`, text.replace('rt_', ''), ` ${text}`, '']) {
    expect(readRefreshToken(other)).toBeUndefined();
  }
  fc.assert(fc.property(fc.string({ maxLength: 100 }), (noise) => readRefreshToken(noise) === undefined));
});

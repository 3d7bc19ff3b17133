import { receiptProblems } from './receipt.js';

const claims = {
  iss: 'https://id.example',
  iat: 1,
  jti: 'x',
  typ: 'deregistration-receipt',
  deregistrationId: 'x',
  requestedAt: 'x',
  approvedAt: 'x',
  completedAt: 'x',
  agreement: {},
  retentionPolicy: {},
  erased: [],
  retained: [],
  participants: [],
  checkpoint: {},
};

describe('what makes a receipt', () => {
  it('accepts exactly the published claims', () => expect(receiptProblems(claims)).toEqual([]));

  it('names what is missing, and what does not belong: a number or a name has no place in it', () => {
    const { jti: _, ...rest } = claims;
    expect(receiptProblems({ ...rest, phone: '+86' })).toEqual(['jti is missing', 'phone does not belong there']);
  });

  it('is not fooled by another signed paper', () => {
    expect(receiptProblems({ ...claims, typ: 'audit-checkpoint' })).toContain('typ is not deregistration-receipt');
  });
});

import { DomainError, defineErrors } from '../../kernel/domain-error.js';
import { type PhoneNumber, type PhoneProblem, readPhone } from './phone-number.js';

export const PHONE_ERRORS = defineErrors({
  phone_invalid: {
    status: 422,
    en: 'This is not a mobile number that can receive a message.',
    zh: '该号码不是可以接收短信的手机号码。',
  },
});

const MEANING: Readonly<Record<PhoneProblem, { en: string; zh: string }>> = {
  unreadable: { en: 'cannot be read as a phone number', zh: '无法识别为电话号码' },
  extension: { en: 'may not carry an extension', zh: '不能带分机号' },
  not_a_number: { en: 'is not a number that is in use anywhere', zh: '不是有效号码' },
  not_mobile: { en: 'is not a mobile number', zh: '不是手机号码' },
};

/**
 * `readPhone`, refusing with `phone_invalid`.
 * @param path JSON pointer of the field in the request
 */
export function phoneOf(input: string, path = '/phone'): PhoneNumber {
  const reading = readPhone(input);
  if (reading.ok) return reading.phone;
  throw new DomainError(PHONE_ERRORS.phone_invalid, {
    errors: [{ path, code: reading.problem, ...MEANING[reading.problem] }],
  });
}

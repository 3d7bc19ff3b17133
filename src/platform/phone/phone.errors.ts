import { DomainError, defineErrors } from '../../kernel/domain-error.js';
import { type PhoneNumber, type PhoneProblem, readPhone } from './phone-number.js';

export const PHONE_ERRORS = defineErrors({
  phone_invalid: {
    status: 422,
    en: 'This is not a mobile number that can receive a message.',
    zh: '该号码不是可以接收短信的手机号码。',
  },
});

const MEANING: Readonly<Record<PhoneProblem, string>> = {
  unreadable: 'cannot be read as a phone number',
  extension: 'may not carry an extension',
  not_a_number: 'is not a number that is in use anywhere',
  not_mobile: 'is not a mobile number',
};

/**
 * `readPhone`, refusing with `phone_invalid`.
 * @param path JSON pointer of the field in the request
 */
export function phoneOf(input: string, path = '/phone'): PhoneNumber {
  const reading = readPhone(input);
  if (reading.ok) return reading.phone;
  throw new DomainError(PHONE_ERRORS.phone_invalid, {
    errors: [{ path, code: reading.problem, message: MEANING[reading.problem] }],
  });
}

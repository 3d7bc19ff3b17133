import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { legalDay } from '../../kernel/period.js';
import type { Locale } from '../../platform/http/locale.js';
import { phoneOf } from '../../platform/phone/phone.errors.js';
import { AccountsService, isMinorBand } from '../accounts/accounts.service.js';
import { AgreementsService } from '../agreements/agreements.service.js';
import { nameProblems } from './domain/display-name.js';
import type { Person } from './person-sealer.js';
import type { RegistrationFacts } from './registration.dto.js';
import { REGISTRATION_ERRORS } from './registration.errors.js';

export interface Requester {
  readonly ip: string;
  readonly userAgent: string;
  readonly locale: Locale;
}

/** What both ways to register ask for; the number only the one by phone. */
export type Form = RegistrationFacts & { readonly phone?: string };

/** Reads what somebody filled in (2.2): true to form, complete, in canonical spelling. */
@Injectable()
export class FormReader {
  constructor(
    private readonly accounts: AccountsService,
    private readonly agreements: AgreementsService,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError phone_invalid, birth_date_invalid, name_unusable, guardian_required, guardian_invalid, agreements_not_accepted */
  async read(body: Form, requester: Requester): Promise<Person> {
    const now = this.clock.now();
    const person = this.personOf(body, requester, now);
    await this.agreements.check(person.acceptances, now);
    return person;
  }

  /** Every refusal here is about the text alone. */
  private personOf(body: Form, requester: Requester, now: Date): Person {
    const phone = body.phone === undefined ? undefined : phoneOf(body.phone);
    if (body.birthDate > legalDay(now)) throw new DomainError(REGISTRATION_ERRORS.birth_date_invalid);
    const displayName = body.displayName?.normalize('NFC').trim();
    if (displayName !== undefined) refuseUnusableName(displayName);
    const isMinor = isMinorBand(this.accounts.bandOf(body.birthDate, now));
    const guardian = isMinor ? guardianOf(body, phone?.e164) : undefined;
    return {
      ...(phone === undefined ? {} : { phone: phone.e164 }),
      ...(phone?.region === undefined ? {} : { region: phone.region }),
      birthDate: body.birthDate,
      ...(displayName === undefined ? {} : { displayName }),
      ...(body.deviceId === undefined ? {} : { deviceId: body.deviceId }),
      acceptances: body.acceptances.map(({ documentId, version }) => ({ documentId, version })),
      ...(guardian === undefined ? {} : { guardian }),
      ip: requester.ip,
      userAgent: requester.userAgent.slice(0, 500),
    };
  }
}

/** Whom a minor names (2.1). The number is another one than their own: nobody consents to themselves. */
function guardianOf(body: Form, own: string | undefined): NonNullable<Person['guardian']> {
  if (body.guardian === undefined) throw new DomainError(REGISTRATION_ERRORS.guardian_required);
  const { e164 } = phoneOf(body.guardian.phone, '/guardian/phone');
  if (e164 === own) throw new DomainError(REGISTRATION_ERRORS.guardian_invalid);
  return { phone: e164, relationship: body.guardian.relationship };
}

const UNUSABLE = {
  empty: { en: 'the name has no letter, digit or sign', zh: '昵称须含文字、数字或符号' },
  invisible: { en: 'the name holds invisible characters', zh: '昵称含有看不见的字符' },
  too_many_marks: { en: 'the name has too many marks on one letter', zh: '昵称的附加符号过多' },
  mixed_scripts: { en: 'a word of the name mixes scripts that are taken for each other', zh: '昵称混用易混淆的文字' },
} as const;

function refuseUnusableName(name: string): void {
  const problems = nameProblems(name);
  if (problems.length === 0) return;
  const errors = problems.map((code) => ({
    path: '/displayName',
    code,
    ...UNUSABLE[code],
  }));
  throw new DomainError(REGISTRATION_ERRORS.name_unusable, { errors });
}

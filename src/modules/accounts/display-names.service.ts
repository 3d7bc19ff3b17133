import { Injectable } from '@nestjs/common';
import { DomainError } from '../../kernel/domain-error.js';
import { ACCOUNT_ERRORS } from './accounts.errors.js';
import { readDisplayName } from './domain/display-name.js';

/** @returns a code for what is wrong with the name, or undefined */
export type DisplayNameRule = (name: string) => Promise<string | undefined>;

/**
 * What may stand as a display name. Shape is judged here; what a name may not pretend to be (2.3(1)) is the policy of
 * registration, a floor above, which hands its rule in at start.
 */
@Injectable()
export class DisplayNamesService {
  private readonly rules: DisplayNameRule[] = [];

  addRule(rule: DisplayNameRule): void {
    this.rules.push(rule);
  }

  /**
   * @param path JSON pointer of the field in the request
   * @returns the name as it is stored
   * @throws DomainError display_name_invalid naming every rule that refused it
   */
  async accept(text: string, path = '/displayName'): Promise<string> {
    const reading = readDisplayName(text);
    if ('problem' in reading) throw refusal(path, [reading.problem]);
    const told = await Promise.all(this.rules.map((rule) => rule(reading.name)));
    const problems = told.filter((code) => code !== undefined);
    if (problems.length > 0) throw refusal(path, problems);
    return reading.name;
  }
}

const refusal = (path: string, codes: readonly string[]): DomainError =>
  new DomainError(ACCOUNT_ERRORS.display_name_invalid, {
    errors: codes.map((code) => ({ path, code, en: 'this name cannot be used', zh: '此昵称不可用' })),
  });

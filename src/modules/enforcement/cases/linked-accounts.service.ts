import { Injectable } from '@nestjs/common';
import { Transactor } from '../../../platform/database/transactor.js';
import { IdentifiersService } from '../../accounts/identifiers.service.js';
import { RegistrationService } from '../../registration/registration.service.js';

export interface Link {
  readonly accountId: string;
  readonly reasons: readonly { readonly kind: string; readonly since: Date }[];
}

/** Which accounts may belong together, and why somebody could think so: a hint for a person, never a ground by itself. */
@Injectable()
export class LinkedAccountsService {
  constructor(
    private readonly transactor: Transactor,
    private readonly identifiers: IdentifiersService,
    private readonly registrations: RegistrationService,
  ) {}

  /** The strongest links first: an identifier that both had, then a device, then a subnet. */
  async of(accountId: string): Promise<Link[]> {
    const { reader } = this.transactor;
    const shared = await this.identifiers.linkedAccounts(reader, accountId);
    const registered = await this.registrations.linksOf(reader, accountId);
    const links = new Map<string, { kind: string; since: Date }[]>();
    const add = (to: string, kind: string, since: Date): void => {
      links.set(to, [...(links.get(to) ?? []), { kind, since }]);
    };
    for (const s of shared) add(s.accountId, `shared_${s.kind}`, s.since);
    for (const key of ['device', 'subnet']) {
      for (const r of registered.filter((link) => link.key === key)) add(r.accountId, `same_${key}`, r.since);
    }
    return [...links].map(([id, reasons]) => ({ accountId: id, reasons }));
  }
}

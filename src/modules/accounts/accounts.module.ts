import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { AccountJournal } from './account-journal.js';
import { AccountRow } from './account.entity.js';
import { AccountsService } from './accounts.service.js';
import { AccountsStore } from './accounts.store.js';
import { BarredIdentifierRow } from './barred-identifier.entity.js';
import { DataUseObjectionRow } from './data-use-objection.entity.js';
import { IdentifierClaimRow } from './identifier-claim.entity.js';
import { IdentifiersService } from './identifiers.service.js';
import { IdentifiersStore } from './identifiers.store.js';
import { ReleasedIdentifierRow } from './released-identifier.entity.js';
import { SessionRow } from './session.entity.js';
import { StandingEntryRow } from './standing-entry.entity.js';
import { StandingService } from './standing.service.js';
import { StandingStore } from './standing.store.js';

/** Accounts, their identifiers, sessions and standing (2.2–2.4). Every module above stands on this floor. */
@Module({
  imports: [
    AuditModule,
    TypeOrmModule.forFeature([
      AccountRow,
      IdentifierClaimRow,
      ReleasedIdentifierRow,
      BarredIdentifierRow,
      SessionRow,
      StandingEntryRow,
      DataUseObjectionRow,
    ]),
  ],
  providers: [
    AccountJournal,
    AccountsService,
    AccountsStore,
    IdentifiersService,
    IdentifiersStore,
    StandingService,
    StandingStore,
  ],
  exports: [AccountsService, IdentifiersService, StandingService],
})
export class AccountsModule {}

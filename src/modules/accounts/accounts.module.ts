import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SessionLookup } from '../../platform/callers/session-lookup.js';
import { AuditModule } from '../audit/audit.module.js';
import { VerificationModule } from '../verification/verification.module.js';
import { AccountJournal } from './account-journal.js';
import { AccountRow } from './account.entity.js';
import { AccountsController } from './accounts.controller.js';
import { AccountsProcessor } from './accounts.processor.js';
import { AccountsService } from './accounts.service.js';
import { AccountsStore } from './accounts.store.js';
import { BarredIdentifierRow } from './barred-identifier.entity.js';
import { BirthdaysService } from './birthdays.service.js';
import { DataUseObjectionRow } from './data-use-objection.entity.js';
import { DisplayNamesService } from './display-names.service.js';
import { FreezeService } from './freeze.service.js';
import { IdentifierClaimRow } from './identifier-claim.entity.js';
import { IdentifiersService } from './identifiers.service.js';
import { IdentifiersStore } from './identifiers.store.js';
import { KnownDevices } from './known-devices.js';
import { ProfileService } from './profile.service.js';
import { RebindService } from './rebind.service.js';
import { RefreshSessionService } from './refresh-session.service.js';
import { ReleasedIdentifierRow } from './released-identifier.entity.js';
import { SessionTokensIssuer } from './session-tokens.js';
import { SessionRow } from './session.entity.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';
import { SessionsStore } from './sessions.store.js';
import { SignInService } from './sign-in.service.js';
import { StandingEntryRow } from './standing-entry.entity.js';
import { StandingController } from './standing.controller.js';
import { StandingService } from './standing.service.js';
import { StandingStore } from './standing.store.js';
import { StepUpService } from './step-up.service.js';

/** Accounts, their identifiers, sessions and standing (2.2–2.4). Every module above stands on this floor. */
@Module({
  imports: [
    AuditModule,
    VerificationModule,
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
  // `accounts/me/…` before `accounts/:id/…`.
  controllers: [AccountsController, StandingController, SessionsController],
  providers: [
    AccountJournal,
    AccountsProcessor,
    AccountsService,
    AccountsStore,
    BirthdaysService,
    DisplayNamesService,
    FreezeService,
    IdentifiersService,
    IdentifiersStore,
    KnownDevices,
    ProfileService,
    RebindService,
    RefreshSessionService,
    SessionTokensIssuer,
    SessionsService,
    SessionsStore,
    SignInService,
    StandingService,
    StandingStore,
    StepUpService,
    { provide: SessionLookup, useExisting: SessionsService },
  ],
  exports: [
    AccountsService,
    DisplayNamesService,
    FreezeService,
    IdentifiersService,
    RebindService,
    SessionLookup,
    SessionsService,
    StandingService,
    StepUpService,
  ],
})
export class AccountsModule {}

import { type DynamicModule, Module } from '@nestjs/common';
import type { Clock } from './kernel/clock.js';
import { AccountsModule } from './modules/accounts/accounts.module.js';
import { AgreementsModule } from './modules/agreements/agreements.module.js';
import { AuditModule } from './modules/audit/audit.module.js';
import { GuardianshipModule } from './modules/guardianship/guardianship.module.js';
import { InformationModule } from './modules/information/information.module.js';
import { RecoveryModule } from './modules/recovery/recovery.module.js';
import { RegistrationModule } from './modules/registration/registration.module.js';
import { ReconsentModule } from './modules/reconsent/reconsent.module.js';
import { DeregistrationModule } from './modules/deregistration/deregistration.module.js';
import { EnforcementModule } from './modules/enforcement/enforcement.module.js';
import { RetentionModule } from './modules/retention/retention.module.js';
import { ReviewModule } from './modules/review/review.module.js';
import { ThirdPartyModule } from './modules/third-party/third-party.module.js';
import { VerificationModule } from './modules/verification/verification.module.js';
import { WebhooksModule } from './modules/webhooks/webhooks.module.js';
import { CallersModule } from './platform/callers/callers.module.js';
import { StaffSessionModule } from './platform/callers/staff-session/staff-session.module.js';
import { ClockModule } from './platform/clock/clock.module.js';
import { ConfigModule } from './platform/config/config.module.js';
import type { LoadedConfig } from './platform/config/load-config.js';
import { CryptoModule } from './platform/crypto/crypto.module.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { HttpModule } from './platform/http/http.module.js';
import { LimitsModule } from './platform/limits/limits.module.js';
import { MessagesModule } from './platform/messages/messages.module.js';
import { OutboxModule } from './platform/outbox/outbox.module.js';
import { QueuesModule } from './platform/queues/queues.module.js';
import { SweepsModule } from './platform/sweeps/sweeps.module.js';
import { TelemetryModule } from './platform/telemetry/telemetry.module.js';

export interface AppOptions {
  readonly config: LoadedConfig;
  readonly databaseUrl: string;
  readonly clock: Clock;
  /** Modules that only this start has: the demo world in embedded mode. */
  readonly extras?: readonly NonNullable<DynamicModule['imports']>[number][];
}

/** The table of contents: the only file that knows every module. */
@Module({})
export class AppModule {
  static forRoot({ config, databaseUrl, clock, extras = [] }: AppOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        // plumbing
        ConfigModule.forRoot(config),
        ClockModule.forRoot(clock),
        CryptoModule,
        DatabaseModule.forRoot(databaseUrl),
        HttpModule,
        CallersModule,
        StaffSessionModule,
        LimitsModule,
        TelemetryModule,
        QueuesModule,
        SweepsModule,
        OutboxModule,
        MessagesModule,
        // the floors of the house, lowest first
        AuditModule,
        WebhooksModule,
        VerificationModule,
        AgreementsModule,
        AccountsModule,
        ReconsentModule,
        ReviewModule,
        RetentionModule,
        RegistrationModule,
        ThirdPartyModule,
        GuardianshipModule,
        InformationModule,
        RecoveryModule,
        EnforcementModule,
        DeregistrationModule,
        ...extras,
      ],
    };
  }
}

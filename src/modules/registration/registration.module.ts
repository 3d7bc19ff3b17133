import { Module, type OnApplicationShutdown, Inject } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { Clock } from '../../kernel/clock.js';
import { RedisConfig } from '../../platform/config/redis.config.js';
import { defineStartCheck } from '../../platform/config/start-checks.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import { openRedis } from '../../platform/limits/limits.module.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AgreementsModule } from '../agreements/agreements.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { ReviewModule } from '../review/review.module.js';
import { VerificationModule } from '../verification/verification.module.js';
import {
  AttemptCounters,
  FallbackAttemptCounters,
  PostgresAttemptCounters,
  RedisAttemptCounters,
} from './attempt-counters.store.js';
import { BanTracesService } from './ban-traces.service.js';
import { BanTracesStore } from './ban-traces.store.js';
import { ChallengeService } from './challenge.service.js';
import { ChallengePort, HostedChallenge, ProofOfWorkChallenge } from './challenges.js';
import { ConcludeRegistrationService } from './conclude-registration.service.js';
import { DecideRegistrationService } from './decide-registration.service.js';
import { FormReader } from './form-reader.js';
import { HoldRegistrationService } from './hold-registration.service.js';
import { JudgeService } from './judge.service.js';
import { MarksKeeper } from './marks-keeper.js';
import { NameRule } from './name-rule.js';
import { NumberPlaces } from './number-places.js';
import { OpenAccountService } from './open-account.service.js';
import { PersonSealer } from './person-sealer.js';
import { ProveNumberService } from './prove-number.service.js';
import { RegistrationCommands } from './registration.commands.js';
import { RegistrationConfig } from './registration.config.js';
import { RegistrationController } from './registration.controller.js';
import { RegistrationJournal } from './registration-journal.js';
import { RegistrationProcessor } from './registration.processor.js';
import { RegistrationService } from './registration.service.js';
import { RegistrationStore } from './registration.store.js';
import { RegisterThirdPartyService } from './register-third-party.service.js';
import { ReplayRulesService } from './replay-rules.service.js';
import { RulesController } from './rules.controller.js';
import { RulesService } from './rules.service.js';
import { RulesStore } from './rules.store.js';
import { SendRegistrationCodeService } from './send-registration-code.service.js';
import { StartRegistrationService } from './start-registration.service.js';

const REDIS = Symbol('redis of the registration counters');

defineStartCheck((section) => {
  if (section(RegistrationConfig).counters === 'redis' && section(RedisConfig).url === undefined)
    throw new Error('registration.counters is redis, and there is no REDIS_URL');
});

/** Attempts to become an account, and the rules on malicious ones (2.2, 2.3). */
@Module({
  imports: [AuditModule, AgreementsModule, VerificationModule, AccountsModule, ReviewModule],
  controllers: [RegistrationController, RulesController],
  providers: [
    {
      provide: REDIS,
      inject: [RegistrationConfig, RedisConfig],
      useFactory: ({ counters }: RegistrationConfig, { url }: RedisConfig): Redis | null => {
        return counters === 'postgres' || url === undefined ? null : openRedis(url);
      },
    },
    {
      provide: PostgresAttemptCounters,
      inject: [DataSource],
      useFactory: (source: DataSource) => new PostgresAttemptCounters(source),
    },
    {
      provide: AttemptCounters,
      inject: [PostgresAttemptCounters, REDIS],
      useFactory: (postgres: PostgresAttemptCounters, redis: Redis | null): AttemptCounters =>
        redis === null ? postgres : new FallbackAttemptCounters(new RedisAttemptCounters(redis), postgres),
    },
    {
      provide: ChallengePort,
      inject: [RegistrationConfig, KeyRing, Clock],
      useFactory: (config: RegistrationConfig, ring: KeyRing, clock: Clock): ChallengePort =>
        config.challenge === 'hosted' ? new HostedChallenge(config) : new ProofOfWorkChallenge(config, ring, clock),
    },
    BanTracesService,
    BanTracesStore,
    ChallengeService,
    ConcludeRegistrationService,
    DecideRegistrationService,
    FormReader,
    HoldRegistrationService,
    JudgeService,
    MarksKeeper,
    NameRule,
    NumberPlaces,
    OpenAccountService,
    PersonSealer,
    ProveNumberService,
    RegistrationCommands,
    RegistrationJournal,
    RegistrationProcessor,
    RegistrationService,
    RegistrationStore,
    RegisterThirdPartyService,
    ReplayRulesService,
    RulesService,
    RulesStore,
    SendRegistrationCodeService,
    StartRegistrationService,
  ],
  exports: [BanTracesService, ChallengeService, RegistrationService, RegisterThirdPartyService],
})
export class RegistrationModule implements OnApplicationShutdown {
  constructor(@Inject(REDIS) private readonly redis: Redis | null) {}

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }
}

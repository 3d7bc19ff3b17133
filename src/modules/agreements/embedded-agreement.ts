import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { existsSync, readFileSync } from 'node:fs';
import { SYSTEM } from '../../kernel/actor.js';
import { isDomainError } from '../../kernel/domain-error.js';
import { startOfLegalDay } from '../../kernel/period.js';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import { Transactor } from '../../platform/database/transactor.js';
import { AgreementsConfig } from './agreements.config.js';
import { AGREEMENT_ERRORS } from './agreements.errors.js';
import { AgreementsStore } from './agreements.store.js';
import { PublishAgreementService } from './publish-agreement.service.js';

const DOCUMENT = 'user_agreement';
const VERSION = '2025-01-20';

/** Embedded mode works out of the box: where no user agreement is published yet, it publishes one. Nowhere else. */
@Injectable()
export class EmbeddedAgreement implements OnApplicationBootstrap {
  private readonly log = new Logger('EmbeddedAgreement');

  constructor(
    private readonly publishing: PublishAgreementService,
    private readonly store: AgreementsStore,
    private readonly transactor: Transactor,
    private readonly config: AgreementsConfig,
    private readonly runtime: RuntimeConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.runtime.embedded || this.config.embeddedTexts.length === 0) return;
    if ((await this.store.line(this.transactor.reader, DOCUMENT)).length > 0) return;
    const file = this.config.embeddedTexts.find((path) => existsSync(path));
    if (file === undefined) throw new Error(`no text for the user agreement: ${this.config.embeddedTexts.join(', ')}`);
    await this.publish(readFileSync(file, 'utf8'));
  }

  private async publish(text: string): Promise<void> {
    try {
      await this.transactor.run((tx) =>
        this.publishing.publish(
          tx,
          DOCUMENT,
          {
            version: VERSION,
            title: '用户协议',
            language: 'zh-CN',
            text,
            effectiveAt: startOfLegalDay(VERSION),
            changeSummary: '',
            policy: 'explicit',
            topics: ['*'],
          },
          SYSTEM,
        ),
      );
      this.log.log(`user agreement ${VERSION} published`);
    } catch (error) {
      // Another process that starts at the same moment was first.
      if (!isDomainError(error, AGREEMENT_ERRORS.agreement_version_exists)) throw error;
    }
  }
}

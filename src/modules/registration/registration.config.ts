import { IsIn, IsInt, IsOptional, IsString, IsUrl, Max, Min } from 'class-validator';
import { ConfigSection, IsPeriod, Secret } from '../../platform/config/config-section.js';

@ConfigSection('registration')
export class RegistrationConfig {
  /** The rules; read again when the file changes. */
  @IsString()
  rulesFile: string = 'config/registration-rules.yaml';

  /** How often a process looks whether the file changed. */
  @IsPeriod()
  rulesCheckEvery: string = 'PT5S';

  /** From the start to the proof of the number. */
  @IsPeriod()
  validity: string = 'PT1H';

  /** What was filled in is forgotten this long after a registration ended without an account. */
  @IsPeriod()
  keepUnfinished: string = 'P1D';

  /** As long as that where there was nobody to send the outcome to: a third-party account is held, and its person asks. */
  @IsPeriod()
  keepUntold: string = 'P30D';

  /** How long decisions are kept for the question "why", and for replay. */
  @IsPeriod()
  keepDecisions: string = 'P180D';

  /** A held registration is decided within this. */
  @IsPeriod()
  reviewWithin: string = 'P1D';

  /** `auto`: Redis where there is one, PostgreSQL where not. */
  @IsIn(['auto', 'postgres', 'redis'])
  counters: 'auto' | 'postgres' | 'redis' = 'auto';

  /** Iterations of one try of the proof of work; some 256 tries are needed. */
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  challengeCost: number = 5_000;

  @IsIn(['proof_of_work', 'hosted'])
  challenge: 'proof_of_work' | 'hosted' = 'proof_of_work';

  /** Verification address of the hosted captcha (siteverify form: Turnstile, hCaptcha). */
  @IsOptional()
  @IsString()
  hostedCaptchaUrl?: string = undefined;

  @IsOptional()
  @IsString()
  hostedCaptchaSiteKey?: string = undefined;

  /**
   * Script of the widget (Turnstile form: `turnstile.render`), for our own pages: their policy then allows its origin, and
   * only theirs. Without it these pages send people to the app.
   */
  @IsOptional()
  @IsUrl({ protocols: ['https', 'http'], require_protocol: true, require_tld: false })
  hostedCaptchaScript?: string = undefined;

  @Secret()
  @IsOptional()
  @IsString()
  hostedCaptchaSecret?: string = undefined;

  /** Hosts on which a hosted captcha may have been solved. */
  @IsString({ each: true })
  hostedCaptchaHosts: string[] = [];
}

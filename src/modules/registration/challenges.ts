import { hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { createChallenge, verifySolution } from 'altcha-lib';
import type { Payload } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { Clock } from '../../kernel/clock.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import { RegistrationConfig } from './registration.config.js';

/** What a challenged person's browser is given; `kind` says which widget understands the rest. */
export interface Challenge {
  readonly kind: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ChallengeBinding {
  /** A solution is worth something for this registration only (row 16). */
  readonly registrationId: string;
  readonly expiresAt: Date;
}

/** A proof that somebody took trouble. It slows a farm down, it does not stop one: the counting rules do that. */
export abstract class ChallengePort {
  abstract readonly kind: string;
  abstract create(binding: ChallengeBinding): Promise<Challenge>;
  /** @param response what the widget returned */
  abstract passes(response: string, binding: ChallengeBinding & { readonly ip: string }): Promise<boolean>;
}

const ALGORITHM = 'PBKDF2/SHA-256';

/** Proof of work (ALTCHA), checked here: no third party learns of the person, and it works in every country. */
@Injectable()
export class ProofOfWorkChallenge extends ChallengePort {
  readonly kind = 'proof_of_work';

  constructor(
    private readonly config: RegistrationConfig,
    private readonly ring: KeyRing,
    private readonly clock: Clock,
  ) {
    super();
  }

  async create({ registrationId, expiresAt }: ChallengeBinding): Promise<Challenge> {
    const challenge = await createChallenge({
      algorithm: ALGORITHM,
      cost: this.config.challengeCost,
      deriveKey,
      expiresAt,
      data: { purpose: 'registration', registrationId },
      hmacSignatureSecret: this.secret(this.ring.current('blind-index').key),
    });
    return { kind: this.kind, parameters: { ...challenge } };
  }

  async passes(response: string, binding: ChallengeBinding): Promise<boolean> {
    const payload = readPayload(response);
    if (payload === undefined) return false;
    const { data, algorithm, cost, keyPrefix } = payload.challenge.parameters;
    if (data?.['purpose'] !== 'registration' || data['registrationId'] !== binding.registrationId) return false;
    // What we signed is what we set; a cheaper algorithm would not carry our signature, and is not even tried.
    if (algorithm !== ALGORITHM || cost !== this.config.challengeCost || keyPrefix.length < 2) return false;
    if (binding.expiresAt <= this.clock.now()) return false;
    for (const { key } of this.ring.versions('blind-index').toReversed()) {
      if (await this.isSolved(payload, key)) return true;
    }
    return false;
  }

  /** What no widget of ours would send (no hex, no number) makes the library throw; it is not a solution either. */
  private async isSolved({ challenge, solution }: Payload, key: Buffer): Promise<boolean> {
    try {
      const result = await verifySolution({ challenge, solution, deriveKey, hmacSignatureSecret: this.secret(key) });
      return result.verified;
    } catch {
      return false;
    }
  }

  private secret(key: Buffer): string {
    return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'account-lifecycle challenge', 32)).toString('hex');
  }
}

function readPayload(response: string): Payload | undefined {
  try {
    const payload = JSON.parse(Buffer.from(response, 'base64').toString('utf8')) as Partial<Payload> | null;
    const { challenge, solution } = payload ?? {};
    if (typeof challenge?.parameters?.keyPrefix !== 'string' || typeof challenge.signature !== 'string')
      return undefined;
    return typeof solution?.counter === 'number' && typeof solution.derivedKey === 'string'
      ? { challenge, solution }
      : undefined;
  } catch {
    return undefined;
  }
}

interface SiteVerifyAnswer {
  readonly success?: boolean;
  readonly hostname?: string;
  readonly action?: string;
  readonly cdata?: string;
}

/** A hosted captcha with the `siteverify` form that Turnstile and hCaptcha share. Unreachable means not passed. */
@Injectable()
export class HostedChallenge extends ChallengePort {
  readonly kind = 'hosted';
  private readonly url: string;
  private readonly secret: string;
  private readonly siteKey: string;

  constructor(private readonly config: RegistrationConfig) {
    super();
    const { hostedCaptchaUrl, hostedCaptchaSecret, hostedCaptchaSiteKey } = config;
    if (hostedCaptchaUrl === undefined || hostedCaptchaSecret === undefined || hostedCaptchaSiteKey === undefined) {
      throw new Error(
        'registration.challenge is hosted: hostedCaptchaUrl, hostedCaptchaSiteKey and hostedCaptchaSecret are needed',
      );
    }
    [this.url, this.secret, this.siteKey] = [hostedCaptchaUrl, hostedCaptchaSecret, hostedCaptchaSiteKey];
  }

  create({ registrationId }: ChallengeBinding): Promise<Challenge> {
    const script = this.config.hostedCaptchaScript;
    const parameters = {
      siteKey: this.siteKey,
      action: 'registration',
      cdata: registrationId,
      ...(script === undefined ? {} : { script }),
    };
    return Promise.resolve({ kind: this.kind, parameters });
  }

  async passes(response: string, { registrationId, ip }: ChallengeBinding & { readonly ip: string }): Promise<boolean> {
    try {
      const answer = await fetch(this.url, {
        method: 'POST',
        redirect: 'error',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ secret: this.secret, response, remoteip: ip }).toString(),
        signal: AbortSignal.timeout(5_000),
      });
      const told = (await answer.json()) as SiteVerifyAnswer;
      return (
        answer.ok &&
        told.success === true &&
        told.action === 'registration' &&
        told.cdata === registrationId &&
        this.config.hostedCaptchaHosts.includes(told.hostname ?? '')
      );
    } catch {
      return false;
    }
  }
}

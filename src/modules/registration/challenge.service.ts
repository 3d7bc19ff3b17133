import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod, type Period } from '../../kernel/period.js';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import { ChallengePort } from './challenges.js';

export interface OpenChallenge {
  /** Goes back with the solution, which is worth something under it only. */
  readonly ticket: string;
  readonly kind: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly expiresAt: string;
}

/**
 * Other modules' door to the challenge of registration, for whoever asks something of us without an account. Nothing is
 * stored: the ticket says until when, under a key. That each counts once is the caller's to count.
 */
@Injectable()
export class ChallengeService {
  constructor(
    private readonly port: ChallengePort,
    private readonly index: BlindIndex,
    private readonly clock: Clock,
  ) {}

  async open(purpose: string, lasts: Period): Promise<OpenChallenge> {
    const expiresAt = addPeriod(this.clock.now(), lasts);
    const said = `${newId()}.${expiresAt.getTime()}`;
    const { kind, parameters } = await this.port.create({ registrationId: said, expiresAt });
    const ticket = `${said}.${this.index.of(`challenge-${purpose}`, said)}`;
    return { ticket, kind, parameters, expiresAt: expiresAt.toISOString() };
  }

  async passes(purpose: string, answer: { ticket: string; response: string; ip: string }): Promise<boolean> {
    const [id = '', until = '', ...mark] = answer.ticket.split('.');
    const said = `${id}.${until}`;
    if (!this.index.allVersions(`challenge-${purpose}`, said).includes(mark.join('.'))) return false;
    const expiresAt = new Date(Number(until));
    if (expiresAt <= this.clock.now()) return false;
    return this.port.passes(answer.response, { registrationId: said, expiresAt, ip: answer.ip });
  }
}

import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../kernel/clock.js';
import { periodMs } from '../../kernel/period.js';
import { callerOf } from '../callers/caller.js';
import { addressGroup, UNKNOWN_ADDRESS } from '../callers/client-address.js';
import { LimitsConfig } from './limits.config.js';
import { resultOf, tooManyRequests } from './limits.service.js';
import { MemoryLimitStore } from './memory-limits.store.js';

/**
 * The coarse wall before public routes, in memory, per process: it keeps one client from using up the database. What a
 * use case allows is said exactly, on the shared store, by the use case.
 */
@Injectable()
export class PublicLimitGuard implements CanActivate {
  private readonly store = new MemoryLimitStore();

  constructor(
    private readonly config: LimitsConfig,
    private readonly clock: Clock,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const caller = callerOf(context.switchToHttp().getRequest<FastifyRequest>());
    if (caller.kind !== 'public') return true;
    const key = addressGroup(caller.ip);
    const limit = key === UNKNOWN_ADDRESS ? this.config.publicRequestsUnknown : this.config.publicRequests;
    const window = this.config.publicWindow;
    const now = this.clock.now();
    const [counted] = await this.store.add([{ key, cost: 1, windowMs: periodMs(window) }], now);
    const result = resultOf({ bucket: 'public', key, limit, window }, counted, now);
    if (!result.allowed) throw tooManyRequests(result);
    return true;
  }
}

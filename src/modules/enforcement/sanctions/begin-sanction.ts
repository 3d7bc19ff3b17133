import type { Actor } from '../../../kernel/actor.js';
import { sanctionLifecycle } from '../domain/sanction-lifecycle.js';
import type { SanctionRecord } from './sanctions.store.js';

/** What a new sanction is once it is imposed, and the steps that led there. A warning is fulfilled by being given. */
export function begunAt(
  s: SanctionRecord,
  now: Date,
  actor: Actor,
): { readonly record: SanctionRecord; readonly commands: readonly ('activate' | 'fulfil')[] } {
  if (s.startsAt > now) return { record: { ...s, nextAt: s.startsAt }, commands: [] };
  const active = sanctionLifecycle.move(s.state, 'activate');
  if (s.type !== 'warning') {
    return { record: { ...s, state: active, nextAt: nextAfterStart(s) }, commands: ['activate'] };
  }
  const state = sanctionLifecycle.move(active, 'fulfil');
  return { record: { ...s, state, endedAt: now, endedBy: actor.id }, commands: ['activate', 'fulfil'] };
}

/** When time alone changes the sanction next; null for an order to rectify, whose deadline is kept with the order. */
export const nextAfterStart = (s: SanctionRecord): Date | null => (s.type === 'rectification' ? null : s.endsAt);

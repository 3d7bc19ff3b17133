import { Injectable, Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { changed, rows } from '../../platform/database/sql.js';
import { retried } from '../../platform/database/transactor.js';
import type { Counted, Mark } from './domain/marks.js';

/**
 * Where attempts are marked. Every store answers as `MemoryMarks` does, and exactly so under concurrency: of any number
 * of parallel calls on one key each sees another count. Called before a transaction is opened, never inside one.
 */
export abstract class AttemptCounters {
  /** @returns one answer a mark, in their order */
  abstract count(marks: readonly Mark[], now: Date): Promise<Counted[]>;
}

@Injectable()
export class PostgresAttemptCounters extends AttemptCounters {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override async count(marks: readonly Mark[], now: Date): Promise<Counted[]> {
    if (marks.length === 0) return [];
    const given = marks.map(({ key, member, windowsMs, cap, place }) => {
      return { key, member, windowsMs, cap, ...(place === undefined ? {} : { lists: true }) };
    });
    const counted = await retried(() =>
      rows<{ answer: number[] | [number, number][] }>(
        this.dataSource.manager,
        'SELECT answer FROM registration_mark($1::jsonb, $2) AS answer',
        [JSON.stringify(given), now],
      ),
    );
    return counted.map(({ answer }, i) =>
      marks[i]?.place === undefined
        ? { counts: answer as number[], seen: [] }
        : { counts: [], seen: answer as [number, number][] },
    );
  }

  /** Drops marks that no window reaches any more. */
  async sweep(now: Date, limit: number): Promise<number> {
    const gone = await changed(
      this.dataSource.manager,
      `DELETE FROM registration_marks WHERE (key, member) IN (
         SELECT key, member FROM registration_marks WHERE forget_at <= $1 ORDER BY forget_at LIMIT $2
         FOR UPDATE SKIP LOCKED) RETURNING 1`,
      [now, limit],
    );
    return gone.length;
  }
}

/** KEYS[1] the set; ARGV: now, member, cap, windows… One script per key, so that a cluster may keep them apart. */
const COUNT = `
local now, member, cap = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local longest = 0
for i = 4, #ARGV do longest = math.max(longest, tonumber(ARGV[i])) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - longest)
if redis.call('ZSCORE', KEYS[1], member) or redis.call('ZCARD', KEYS[1]) < cap then
  redis.call('ZADD', KEYS[1], now, member)
end
redis.call('PEXPIRE', KEYS[1], longest + 60000)
local known = redis.call('ZSCORE', KEYS[1], member)
local counts = {}
for i = 4, #ARGV do
  local live = redis.call('ZCOUNT', KEYS[1], '(' .. (now - tonumber(ARGV[i])), '+inf')
  if known then counts[i - 3] = live else counts[i - 3] = live + 1 end
end
return counts`;

/** The same for a stretch: answers its members and when each was seen last. KEYS[1] the set; ARGV: now, member, longest. */
const LIST = `
local now, longest = tonumber(ARGV[1]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - longest)
redis.call('ZADD', KEYS[1], now, ARGV[2])
redis.call('PEXPIRE', KEYS[1], longest + 60000)
return redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')`;

interface CountCommand {
  registrationList(key: string, now: number, member: string, longest: number): Promise<string[]>;
  registrationCount(key: string, now: number, member: string, cap: number, ...windows: number[]): Promise<number[]>;
}

export class RedisAttemptCounters extends AttemptCounters {
  private readonly commands: CountCommand;

  constructor(redis: Redis) {
    super();
    redis.defineCommand('registrationCount', { numberOfKeys: 1, lua: COUNT });
    redis.defineCommand('registrationList', { numberOfKeys: 1, lua: LIST });
    // The client's type does not know the commands that were just defined on it.
    this.commands = redis as unknown as CountCommand;
  }

  override async count(marks: readonly Mark[], now: Date): Promise<Counted[]> {
    return Promise.all(
      marks.map((mark) => (mark.place === undefined ? this.countIn(mark, now) : this.listOf(mark, now))),
    );
  }

  private async countIn({ key, member, cap, windowsMs }: Mark, now: Date): Promise<Counted> {
    const set = `registration:${key}`;
    return {
      counts: await this.commands.registrationCount(set, now.getTime(), member, cap, ...windowsMs),
      seen: [],
    };
  }

  private async listOf({ key, member, windowsMs }: Mark, now: Date): Promise<Counted> {
    const set = `registration:${key}`;
    const flat = await this.commands.registrationList(set, now.getTime(), member, Math.max(...windowsMs));
    const seen = Array.from({ length: flat.length / 2 }, (_, i) => {
      return [Number(flat[2 * i]), now.getTime() - Number(flat[2 * i + 1])] as const;
    });
    return { counts: [], seen };
  }
}

/**
 * Redis first, PostgreSQL when it does not answer; never "let it pass" (row 12). The sets begin anew on the other side,
 * so within one window at most twice the limit passes.
 */
export class FallbackAttemptCounters extends AttemptCounters {
  private readonly log = new Logger('Registration');
  private failing = false;

  constructor(
    private readonly first: AttemptCounters,
    private readonly second: AttemptCounters,
  ) {
    super();
  }

  override async count(marks: readonly Mark[], now: Date): Promise<Counted[]> {
    try {
      const counts = await this.first.count(marks, now);
      if (this.failing) this.log.log('attempts are counted in Redis again');
      this.failing = false;
      return counts;
    } catch {
      if (!this.failing) this.log.warn('Redis does not answer: attempts are counted in PostgreSQL');
      this.failing = true;
      return this.second.count(marks, now);
    }
  }
}

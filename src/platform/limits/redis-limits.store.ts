import type { Redis } from 'ioredis';
import { type Count, type Counted, LimitStore } from './limit-store.js';

/** Time comes in as an argument: one clock decides all windows, and a test can move it. */
const ADD = `
local points = tonumber(redis.call('HGET', KEYS[1], 'p') or '0')
local ends = tonumber(redis.call('HGET', KEYS[1], 'e') or '0')
local now, cost, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if ends <= now then
  points, ends = 0, now + window
  redis.call('HSET', KEYS[1], 'p', 0, 'e', ends)
  redis.call('PEXPIRE', KEYS[1], window + 60000)
end
points = redis.call('HINCRBY', KEYS[1], 'p', cost)
return { points, ends }`;

const TAKE_BACK = `
if tonumber(redis.call('HGET', KEYS[1], 'e') or '0') ~= tonumber(ARGV[2]) then return 0 end
local points = tonumber(redis.call('HGET', KEYS[1], 'p') or '0')
redis.call('HINCRBY', KEYS[1], 'p', -math.min(points, tonumber(ARGV[1])))
return 1`;

interface LimitCommands {
  limitAdd(key: string, now: number, cost: number, windowMs: number): Promise<[number, number]>;
  limitTakeBack(key: string, cost: number, windowEndsAt: number): Promise<number>;
}

/** Counters in Redis: one script per key (a cluster keeps them on different nodes), sent together. */
export class RedisLimitStore extends LimitStore {
  private readonly commands: LimitCommands;

  constructor(private readonly redis: Redis) {
    super();
    redis.defineCommand('limitAdd', { numberOfKeys: 1, lua: ADD });
    redis.defineCommand('limitTakeBack', { numberOfKeys: 1, lua: TAKE_BACK });
    // The client's type does not know the commands that were just defined on it.
    this.commands = redis as unknown as LimitCommands;
  }

  override async add(counts: readonly Count[], now: Date): Promise<Counted[]> {
    return Promise.all(
      counts.map(async ({ key, cost, windowMs }) => {
        const [points, ends] = await this.commands.limitAdd(named(key), now.getTime(), cost, windowMs);
        return { points, windowEndsAt: new Date(ends) };
      }),
    );
  }

  override async takeBack(counts: readonly (Count & { windowEndsAt: Date })[]): Promise<void> {
    await Promise.all(
      counts.map(({ key, cost, windowEndsAt }) =>
        this.commands.limitTakeBack(named(key), cost, windowEndsAt.getTime()),
      ),
    );
  }

  override async reset(keys: readonly string[]): Promise<void> {
    await Promise.all(keys.map((key) => this.redis.del(named(key))));
  }
}

const named = (key: string): string => `limit:${key}`;

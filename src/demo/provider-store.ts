import { LRUCache } from 'lru-cache';

type Payload = Record<string, unknown>;

const MAX_ENTRIES = 10_000;
const entries = new WeakMap<object, LRUCache<string, Payload>>();

/** Sessions, grants and codes of the demo provider: in memory and bounded; a restart signs everybody out. */
export class ProviderStore {
  private readonly entries: LRUCache<string, Payload>;

  /** @param world what belongs to one provider; several may live in one test process */
  constructor(
    world: object,
    private readonly model: string,
  ) {
    const known = entries.get(world) ?? new LRUCache<string, Payload>({ max: MAX_ENTRIES });
    entries.set(world, known);
    this.entries = known;
  }

  upsert(id: string, payload: Payload, expiresInSeconds?: number): Promise<void> {
    this.entries.set(this.key(id), payload, expiresInSeconds === undefined ? {} : { ttl: expiresInSeconds * 1000 });
    return Promise.resolve();
  }

  find(id: string): Promise<Payload | undefined> {
    return Promise.resolve(this.entries.get(this.key(id)));
  }

  findByUid(uid: string): Promise<Payload | undefined> {
    return Promise.resolve(this.first((payload) => payload['uid'] === uid));
  }

  findByUserCode(userCode: string): Promise<Payload | undefined> {
    return Promise.resolve(this.first((payload) => payload['userCode'] === userCode));
  }

  consume(id: string): Promise<void> {
    const payload = this.entries.get(this.key(id));
    if (payload !== undefined) payload['consumed'] = true;
    return Promise.resolve();
  }

  destroy(id: string): Promise<void> {
    this.entries.delete(this.key(id));
    return Promise.resolve();
  }

  revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, payload] of this.entries.entries()) if (payload['grantId'] === grantId) this.entries.delete(key);
    return Promise.resolve();
  }

  private first(matches: (payload: Payload) => boolean): Payload | undefined {
    for (const [key, payload] of this.entries.entries()) {
      if (key.startsWith(`${this.model}:`) && matches(payload)) return payload;
    }
    return undefined;
  }

  private key(id: string): string {
    return `${this.model}:${id}`;
  }
}

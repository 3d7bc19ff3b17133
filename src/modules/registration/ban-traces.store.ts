import { Injectable } from '@nestjs/common';
import { rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';

export interface KnownKeys {
  readonly devices: string[];
  readonly subnets: string[];
}

@Injectable()
export class BanTracesStore {
  /** Digests of the devices and subnets that an account was registered with, as long as decisions about it are kept. */
  async keysOf(tx: Tx, accountId: string): Promise<KnownKeys> {
    const found = await rows<{ device: string | null; subnet: string | null }>(
      tx,
      `SELECT DISTINCT keys ->> 'device' AS device, keys ->> 'subnet' AS subnet FROM registration_decisions
        WHERE account_id = $1 LIMIT 100`,
      [accountId],
    );
    const known = (values: (string | null)[]): string[] => [...new Set(values.filter((v) => v !== null))];
    return { devices: known(found.map((f) => f.device)), subnets: known(found.map((f) => f.subnet)) };
  }
}

import { Injectable } from '@nestjs/common';
import { changed, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import {
  type AddressFloors,
  type AddressHistory,
  type AddressOverBudget,
  type CountryHistory,
  ON_A_STRANGERS_WORD,
  type OverBudget,
} from './domain/sms-budget.js';

/** Of addresses the record tells that there was one, never which: `country` is then `*`. */
export type Alarm = OverBudget | (AddressOverBudget & { readonly country: '*' });

const NOTHING_SENT: AddressHistory = {
  verifiedLastDay: 0,
  verifiedLastHour: 0,
  unverifiedLastDay: 0,
  unverifiedLastHour: 0,
  unverifiedCountries: 0,
};

const ADDRESSES = `
  SELECT count(consumed_at)::int AS "verifiedLastDay",
         (count(consumed_at) FILTER (WHERE issued_at > $1::timestamptz - interval '1 hour'))::int AS "verifiedLastHour",
         (sum(sends) - count(consumed_at))::int AS "unverifiedLastDay",
         (coalesce(sum(sends) FILTER (WHERE issued_at > $1::timestamptz - interval '1 hour'), 0)
           - count(consumed_at) FILTER (WHERE issued_at > $1::timestamptz - interval '1 hour'))::int AS "unverifiedLastHour",
         (count(DISTINCT country) FILTER (WHERE consumed_at IS NULL))::int AS "unverifiedCountries"
    FROM verification_codes
   WHERE issued_at > $1::timestamptz - interval '1 day' AND purpose = ANY($2::text[]) AND NOT decoy`;

@Injectable()
export class BudgetStore {
  /** Counts the codes of this hour and the last anew, by country; a recount replaces, so running twice is running once. */
  async recount(tx: Tx, now: Date): Promise<void> {
    await rows(
      tx,
      `INSERT INTO code_send_counts AS c (country, hour, sent, verified)
       SELECT country, date_trunc('hour', issued_at), sum(sends), count(consumed_at)
         FROM verification_codes
        WHERE issued_at >= date_trunc('hour', $1::timestamptz) - interval '1 hour' AND NOT decoy AND purpose = ANY($2::text[])
        GROUP BY 1, 2
       ON CONFLICT (country, hour) DO UPDATE SET sent = greatest(c.sent, excluded.sent), verified = greatest(c.verified, excluded.verified)`,
      [now, [...ON_A_STRANGERS_WORD]],
    );
  }

  histories(tx: Tx, now: Date): Promise<CountryHistory[]> {
    return rows<CountryHistory>(
      tx,
      `WITH hours AS (SELECT * FROM code_send_counts WHERE hour > $1::timestamptz - interval '14 days'),
            days AS (SELECT country, date_trunc('day', hour) AS day, sum(verified) AS verified FROM hours GROUP BY 1, 2)
       SELECT country,
              (SELECT max(verified)::int FROM days WHERE days.country = hours.country) AS "bestDayVerified",
              coalesce(sum(verified) FILTER (WHERE hour > $1::timestamptz - interval '1 day'), 0)::int AS "verifiedLastDay",
              coalesce(sum(verified) FILTER (WHERE hour > $1::timestamptz - interval '1 hour'), 0)::int AS "verifiedLastHour",
              coalesce(sum(sent - verified) FILTER (WHERE hour > $1::timestamptz - interval '1 day'), 0)::int AS "unverifiedLastDay",
              coalesce(sum(sent - verified) FILTER (WHERE hour > $1::timestamptz - interval '1 hour'), 0)::int AS "unverifiedLastHour"
         FROM hours GROUP BY country`,
      [now],
    );
  }

  /** The last day of one address. Rows of codes live that long, so nothing else has to count. */
  async addressHistory(tx: Tx, address: string, now: Date): Promise<AddressHistory> {
    const [found] = await rows<AddressHistory>(tx, `${ADDRESSES} AND address = $3 GROUP BY address`, [
      now,
      [...ON_A_STRANGERS_WORD],
      address,
    ]);
    return found ?? NOTHING_SENT;
  }

  /** Of every address that could be over its budget at all: more unproven codes than the lowest floor, or more countries. */
  addressHistories(tx: Tx, now: Date, floors: AddressFloors): Promise<AddressHistory[]> {
    return rows<AddressHistory>(
      tx,
      `${ADDRESSES} AND address IS NOT NULL GROUP BY address
        HAVING sum(sends) - count(consumed_at) > $3 OR count(DISTINCT country) FILTER (WHERE consumed_at IS NULL) > $4`,
      [now, [...ON_A_STRANGERS_WORD], Math.min(floors.hour, floors.day), floors.countries],
    );
  }

  /** On record once per country, span and hour, whether or not the budget is enforced. @returns those that are new */
  async alarm(tx: Tx, over: readonly Alarm[], mode: string, now: Date): Promise<string[]> {
    const added = await rows<{ country: string }>(
      tx,
      `INSERT INTO code_budget_alarms (country, span, hour, observed, threshold, mode, at)
       SELECT country, span, date_trunc('hour', $1::timestamptz), observed, threshold, $2, $1
         FROM jsonb_to_recordset($3::jsonb) AS o (country text, span text, observed integer, threshold double precision)
       ON CONFLICT (country, span, hour) DO NOTHING RETURNING country`,
      [now, mode, JSON.stringify(over)],
    );
    return added.map((row) => row.country);
  }

  async forget(tx: Tx, now: Date): Promise<void> {
    await changed(tx, `DELETE FROM code_send_counts WHERE hour < $1::timestamptz - interval '30 days' RETURNING 1`, [
      now,
    ]);
  }
}

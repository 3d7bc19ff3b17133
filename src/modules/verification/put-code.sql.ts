/**
 * Counts a send against its number and puts the new code in place of the subject's old one, unless a limit stands in the
 * way; then it returns no row. Parameters:
 *
 * $1 destination · $2 purpose · $3 now · $4 an hour ago · $5 a day ago · $6 the end of the last cooldown · $7 sends per hour ·
 * $8 sends per day · $9 subject · $10 account · $11 issue · $12 digest of the code · $13 wording · $14 sealed message, null
 * for a decoy · $15 expires at · $16 forget at · $17 start of the subject's window · $18 sends per window · $19 attempts per
 * window · $20 country · $21 digest of the address
 */
export const PUT_CODE = `
  WITH counted AS (
    INSERT INTO verification_sends AS s
      (destination, purpose, hour_started_at, hour_sends, day_started_at, day_sends, last_sent_at)
    VALUES ($1, $2, $3, 1, $3, 1, $3)
    ON CONFLICT (destination, purpose) DO UPDATE SET
      hour_started_at = CASE WHEN s.hour_started_at <= $4 THEN $3::timestamptz ELSE s.hour_started_at END,
      hour_sends = CASE WHEN s.hour_started_at <= $4 THEN 1 ELSE s.hour_sends + 1 END,
      day_started_at = CASE WHEN s.day_started_at <= $5 THEN $3::timestamptz ELSE s.day_started_at END,
      day_sends = CASE WHEN s.day_started_at <= $5 THEN 1 ELSE s.day_sends + 1 END,
      last_sent_at = $3
    WHERE s.last_sent_at <= $6
      AND (s.hour_started_at <= $4 OR s.hour_sends < $7)
      AND (s.day_started_at <= $5 OR s.day_sends < $8)
    RETURNING 1
  )
  INSERT INTO verification_codes AS c
    (purpose, subject_id, account_id, issue_id, destination, code_digest, wording, sealed_message,
     country, address, decoy, next_send_at, send_attempts, send_claims, attempts, sends, window_started_at, issued_at, expires_at, forget_at)
  SELECT $2::text, $9::text, $10::uuid, $11::uuid, $1::text, $12::text, $13::text, $14::bytea,
         $20::text, $21::text, $14::bytea IS NULL,
         CASE WHEN $14::bytea IS NULL THEN NULL ELSE $3::timestamptz END, 0, 0, 0, 1, $3::timestamptz, $3::timestamptz, $15::timestamptz, $16::timestamptz
    FROM counted
  ON CONFLICT (purpose, subject_id) DO UPDATE SET
    account_id = excluded.account_id, issue_id = excluded.issue_id, destination = excluded.destination,
    country = excluded.country, address = excluded.address, decoy = excluded.decoy, code_digest = excluded.code_digest, wording = excluded.wording, sealed_message = excluded.sealed_message,
    next_send_at = excluded.next_send_at, send_attempts = 0,
    attempts = CASE WHEN c.window_started_at <= $17 THEN 0 ELSE c.attempts END,
    sends = CASE WHEN c.window_started_at <= $17 THEN 1 ELSE c.sends + 1 END,
    window_started_at = CASE WHEN c.window_started_at <= $17 THEN $3::timestamptz ELSE c.window_started_at END,
    issued_at = excluded.issued_at, expires_at = excluded.expires_at, forget_at = excluded.forget_at,
    sent_at = NULL, consumed_at = NULL
  WHERE c.window_started_at <= $17 OR (c.sends < $18 AND c.attempts < $19)
  RETURNING 1`;

// Preloaded into a process of the service (`--import`): writes down every statement that it sends to PostgreSQL, with its
// parameters, for `replay.mjs`. Synchronously, so that an answered request has all of its statements in the file.
import { openSync, writeSync } from 'node:fs';
import pg from 'pg';

const file = openSync(process.env.CAPTURE_FILE, 'a');
const query = pg.Client.prototype.query;

const plain = (value) => {
  if (Buffer.isBuffer(value)) return { bytes: value.toString('base64') };
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? value.map(plain) : value;
};

const writeDown = ({ text, values }) => {
  const given = Array.isArray(values) ? values.map(plain) : [];
  writeSync(file, `${JSON.stringify({ text, values: given })}\n`);
};

// What travels together (`StatementBatch`) is written down one by one.
pg.Client.prototype.query = function captured(config, values, callback) {
  for (const statement of config.statements ?? [typeof config === 'string' ? { text: config, values } : config])
    if (typeof statement.text === 'string') writeDown(statement);
  return query.call(this, config, values, callback);
};

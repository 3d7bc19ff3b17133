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

pg.Client.prototype.query = function captured(config, values, callback) {
  const text = typeof config === 'string' ? config : config?.text;
  const given = (typeof config === 'object' ? config.values : values) ?? [];
  if (typeof text === 'string')
    writeSync(file, `${JSON.stringify({ text, values: Array.isArray(given) ? given.map(plain) : [] })}\n`);
  return query.call(this, config, values, callback);
};

// Preloaded into a process of the service (`--import`): counts what it sends to PostgreSQL, by what travels together.
// SIGUSR2 writes the counts to COUNT_FILE and begins anew.
import { renameSync, writeFileSync } from 'node:fs';
import pg from 'pg';

const query = pg.Client.prototype.query;
let counts = new Map();

const named = (text) => String(text).replace(/\s+/g, ' ').trim().slice(0, 48);

pg.Client.prototype.query = function counted(config, values, callback) {
  const together = config.statements ?? [typeof config === 'string' ? { text: config } : config];
  const key = together.map(({ text }) => named(text)).join(' | ');
  counts.set(key, (counts.get(key) ?? 0) + 1);
  return query.call(this, config, values, callback);
};

process.on('SIGUSR2', () => {
  const file = process.env.COUNT_FILE;
  writeFileSync(`${file}.new`, JSON.stringify([...counts]));
  renameSync(`${file}.new`, file);
  counts = new Map();
});

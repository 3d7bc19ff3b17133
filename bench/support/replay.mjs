import { readFileSync } from 'node:fs';
import pg from 'pg';

const revived = (value) => {
  if (Array.isArray(value)) return value.map(revived);
  return typeof value === 'object' && value !== null && 'bytes' in value ? Buffer.from(value.bytes, 'base64') : value;
};

/** Statements of a capture file from byte `from` on. @returns them and the file's length */
export function statementsOf(file, from) {
  const content = readFileSync(file);
  const lines = content.subarray(from).toString('utf8').split('\n').filter(Boolean);
  const statements = lines.map((line) => {
    const { text, values } = JSON.parse(line);
    return { text, values: values.map(revived) };
  });
  return { statements, end: content.length };
}

/**
 * Plain `pg` clients that send what the service sent, prepared by name as the service prepares, and nothing else: no
 * HTTP, no rules, no crypto, no object. @returns {{ flow(statements): Promise<void>, stop(): Promise<void> }}
 */
export async function openReplay(url, clients) {
  const pool = new pg.Pool({ connectionString: url, max: clients });
  const names = new Map();
  const nameOf = (text) => names.get(text) ?? names.set(text, `s${names.size}`).get(text);
  return {
    flow: async (statements) => {
      const client = await pool.connect();
      try {
        for (const { text, values } of statements)
          await client.query(values.length === 0 ? text : { name: nameOf(text), text, values });
      } finally {
        client.release();
      }
    },
    stop: () => pool.end(),
  };
}

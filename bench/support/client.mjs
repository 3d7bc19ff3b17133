import { performance } from 'node:perf_hooks';
import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** One JSON request over a kept connection; small on purpose, since the client shares the machine with the server. */
export function call(base, method, path, body, headers = {}) {
  return new Promise((done, fail) => {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = request(
      base + path,
      {
        agent,
        method,
        headers: {
          ...headers,
          ...(payload === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
        },
      },
      (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          done({ status: answer.statusCode, body: text === '' ? undefined : JSON.parse(text) });
        });
      },
    );
    outgoing.on('error', fail);
    outgoing.end(payload);
  });
}

/**
 * Runs `work(i)` for i = 0 … count-1 with `clients` at once.
 * @returns rate per second, and latency percentiles in milliseconds
 */
export async function load(count, clients, work) {
  const times = [];
  let next = 0;
  const began = performance.now();
  const client = async () => {
    for (let i = next++; i < count; i = next++) {
      const start = performance.now();
      await work(i);
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  return { rate: count / seconds, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

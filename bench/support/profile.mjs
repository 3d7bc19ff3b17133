import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** First that fits any frame of the stack, from the sampled function outwards; the rest is told as it is. */
const PARTS = [
  [
    'rules on malicious registration',
    /modules\/registration\/(judge\.service|domain\/(evaluate|marks|policy|scopes|display-name))/,
  ],
  ['crypto (seal, digests, tokens)', /node:internal\/crypto|node_modules\/jose|platform\/crypto/],
  ['validation of input', /node_modules\/(class-validator|class-transformer|libphonenumber-js)/],
  ['PostgreSQL client and TypeORM', /node_modules\/(pg|pg-pool|pg-protocol|pg-types|typeorm)\/|platform\/database/],
  ['queues (BullMQ)', /node_modules\/(bullmq|ioredis|ioredis-commands)\//],
  ['sending the code', /node:internal\/deps\/undici|sms\/http\.sender/],
  ['log and metrics', /node_modules\/(pino|sonic-boom|prom-client)|platform\/telemetry/],
  ['HTTP, Fastify, Nest', /node:_http|node:http|node_modules\/(fastify|@nestjs|find-my-way|light-my-request|@fastify)/],
];

/** Kernel calls that stand on every stack's top by themselves: told apart, for they are the price of round trips. */
const SOCKET = /^(writev|writeBuffer|writeUtf8String|writeLatin1String|writeString|readStart|shutdown)$/;

/**
 * Where one process spent its CPU time from its first registration on.
 * @returns {[string, number][]} part and share, largest first
 */
export function sharesOf(folder) {
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'));
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const node of nodes) for (const child of node.children ?? []) byId.get(child).parent = node;
  const partOfNode = new Map();
  const partOf = (node) => partOfNode.get(node.id) ?? partOfNode.set(node.id, classify(node)).get(node.id);
  const begin = samples.findIndex((id) => /registration\.controller/.test(byId.get(id).callFrame.url));
  const spent = new Map();
  let total = 0;
  for (let i = Math.max(begin, 0); i < samples.length; i += 1) {
    const part = partOf(byId.get(samples[i]));
    if (part === undefined) continue;
    spent.set(part, (spent.get(part) ?? 0) + timeDeltas[i]);
    total += timeDeltas[i];
  }
  return [...spent].map(([part, time]) => [part, time / total]).sort((a, b) => b[1] - a[1]);
}

function classify(leaf) {
  const { functionName } = leaf.callFrame;
  if (functionName === '(idle)') return undefined;
  if (functionName === '(garbage collector)') return 'garbage collection';
  let socket = SOCKET.test(functionName);
  for (let node = leaf; node !== undefined; node = node.parent) {
    const found = PARTS.find(([, pattern]) => pattern.test(node.callFrame.url));
    if (found !== undefined) return socket ? `${found[0]}: writing to the socket` : found[0];
  }
  return socket ? 'writing to sockets' : 'everything else';
}

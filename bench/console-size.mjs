// What a browser loads first, gzipped, per route, from the manifest of the build, against the gates of docs/decisions.
// `node bench/console-size.mjs` after `npm run build`; ends with 1 when a gate is passed over.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const ROOT = process.env.PAGES_DIR ?? 'console/dist';
const KB = 1024;
const manifest = JSON.parse(readFileSync(join(ROOT, '.vite/manifest.json'), 'utf8'));

/** Everything a chunk imports at once, itself included; what it imports later is not in it. */
function filesOf(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key]?.imports ?? []) filesOf(next, seen);
  return seen;
}

const sizes = new Map();
function sizeOf(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(ROOT, file)), { level: 9 }).length);
  return sizes.get(file);
}

function weigh(keys) {
  const chunks = new Set(keys.flatMap((key) => [...filesOf(key)]));
  const files = new Set([...chunks].flatMap((key) => [manifest[key].file, ...(manifest[key].css ?? [])]));
  return [...files].reduce((sum, file) => sum + sizeOf(file), 0) / KB;
}

const keys = Object.keys(manifest);
const find = (end) => keys.find((key) => key.endsWith(end));
/** A person reads one language; the larger catalogue counts. */
const catalogue = (entry) =>
  keys
    .filter((key) => key.includes(`${entry}.texts.json`) && manifest[key].isDynamicEntry)
    .sort((a, b) => sizeOf(manifest[b].file) - sizeOf(manifest[a].file))
    .slice(0, 1);

/** What every page but the queue is written in, and what some bring besides; of these, too, a person reads one language. */
const own = (key) => {
  const work = key.endsWith('queue-page.tsx') ? [] : catalogue('work');
  const offered = [...filesOf(key)].flatMap((each) => manifest[each]?.dynamicImports ?? []);
  const names = offered.map((each) => /(?:pages|parts)\/.*?([a-z]+)\.texts\.json/.exec(each)?.[1]);
  return [...work, ...[...new Set(names.filter((name) => name !== undefined))].flatMap(catalogue)];
};

const task = find('task/task-page.tsx');
const routes = [
  { name: 'console shell', gate: 190, keys: ['index.html', ...catalogue('staff')] },
  ...keys
    .filter((key) => /src\/staff\/pages\/[a-z]+\/[a-z-]+-page\.tsx$/.test(key))
    .map((key) => ({
      name: key.replace(/^.*pages\//, ''),
      gate: 330,
      keys: ['index.html', key, ...catalogue('staff'), ...own(key)],
    })),
  ...keys
    .filter((key) => /src\/staff\/pages\/task\/.*-task\.tsx$/.test(key))
    .map((key) => ({
      name: key.replace(/^.*pages\//, ''),
      gate: 330,
      keys: ['index.html', task, key, ...catalogue('staff'), ...own(key)],
    })),
  { name: 'self-service', gate: 260, keys: ['account.html', ...catalogue('account')] },
  ...keys
    .filter((key) => /src\/account\/.*-page\.tsx$/.test(key) && manifest[key].isDynamicEntry)
    .map((key) => ({
      name: key.replace(/^.*src\//, ''),
      gate: 260,
      keys: ['account.html', key, ...catalogue('account')],
    })),
  { name: 'guardian', gate: 90, keys: ['guardian.html', ...catalogue('guardian')] },
];

let over = 0;
for (const { name, gate, keys: parts } of routes) {
  const weight = weigh(parts);
  if (weight > gate) over += 1;
  console.log(`${weight > gate ? 'OVER' : ' ok '}  ${weight.toFixed(1).padStart(6)} / ${gate} KB  ${name}`);
}
const charts = keys.filter((key) => /chart/.test(key));
const lazy = charts.every((key) => !routes.some(({ keys: parts }) => parts.some((part) => filesOf(part).has(key))));
console.log(`${lazy ? ' ok ' : 'OVER'}  charts are loaded lazily only`);
process.exitCode = over > 0 || !lazy ? 1 : 0;
